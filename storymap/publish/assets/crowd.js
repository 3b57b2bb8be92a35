/* Many places: gatherPins(map, pins, tools) returns a function that finds, where the map stands now, which pins stand
 * alone and which are drawn as one button with their number. It is in a page only if that has many pins.
 * tools are drawStory's own: addMarker, phrases, said. */
"use strict";

function gatherPins(map, pins, tools) {
  const REACH = 58; // px: so far from each other pins and groups do not touch, with heads and stems
  const DISC = 17; // half a group's width; story.css draws it so
  let groups = new Map(); // by the numbers of its pins
  let entered = null; // the first pin of the group that was chosen

  function draw(key, members) {
    const label = tools.phrases.group.replace("{count}", members.length);
    const button = makeButton("sm-group", String(members.length), label, () => {
      entered = document.activeElement === button ? members[0] : null;
      tools.said.textContent = label;
      map.fitBounds(L.latLngBounds(members.map((pin) => pin.at)), { padding: [60, 60], animate: false });
    });
    button.title = label;
    L.DomEvent.on(button, "click dblclick", L.DomEvent.stopPropagation);
    return { button, members, at: members[0].at, marker: tools.addMarker(members[0].at, button, "markerPane", members[0].place.n) };
  }

  /* The open pin stands alone wherever it is. At the nearest zoom all do. */
  return function gather(open) {
    const zoom = map.getZoom();
    const last = zoom >= map.getMaxZoom();
    const seeds = [];
    pins.forEach((pin) => {
      const spot = map.project(pin.at, zoom);
      const near = (seed) => seed.pins[0] !== open && Math.max(Math.abs(seed.spot.x - spot.x), Math.abs(seed.spot.y - spot.y)) < REACH;
      const seed = !last && pin !== open && seeds.find(near);
      if (seed) seed.pins.push(pin);
      else seeds.push({ spot, pins: [pin] });
    });
    const view = map.getBounds().pad(0.2);
    const seen = seeds.filter((seed) => view.contains(seed.pins[0].at));
    const alone = new Set(seen.filter((seed) => seed.pins.length === 1).map((seed) => seed.pins[0]));
    const before = groups;
    groups = new Map();
    seen.filter((seed) => seed.pins.length > 1).forEach((seed) => {
      const key = seed.pins.map((pin) => pin.place.n).join();
      groups.set(key, before.get(key) || draw(key, seed.pins));
    });
    before.forEach((group, key) => groups.has(key) || group.marker.remove());
    pins.filter((pin) => pin.box).forEach((pin) => {
      pin.box.hidden = pin.foot.hidden = !alone.has(pin);
    });
    if (entered) window.setTimeout(() => {
      const group = [...groups.values()].find(({ members }) => members.includes(entered));
      (group || entered).button.focus({ preventScroll: true });
      entered = null;
    });
    return {
      alone: [...alone],
      groups: [...groups.values()].map(({ at }) => {
        const { x, y } = map.latLngToContainerPoint(at);
        return [x - DISC, y - DISC, x + DISC, y + DISC];
      }),
    };
  };
}
