/* Many places: gatherPins(map) returns a function that finds, where the map stands now, which pins stand alone and which
 * are drawn as one button with their number. It is in a page only if that has many pins. It uses map.story, see story.js. */
"use strict";

function gatherPins(map) {
  const REACH = 58; // px: so far from each other pins and groups do not touch, with heads and stems
  const DISC = 17; // half a group's width; story.css draws it so
  const { story, part, put } = map.story;
  let groups = new Map(); // the numbers of its pins -> the button of a group

  function draw(members) {
    const [{ at, box }] = members;
    const button = document.createElement("button");
    button.className = "sm-group leaflet-zoom-animated";
    button.textContent = members.length;
    button.type = "button";
    button.members = members;
    button.title = button.ariaLabel = story.group.replace("{count}", members.length);
    box.before(button);
    put(button, at);
    L.DomEvent.on(button, "click dblclick", L.DomEvent.stopPropagation);
    button.onclick = () => {
      const entered = document.activeElement === button;
      part("said").textContent = button.title;
      map.fitBounds(L.latLngBounds(members.map((pin) => pin.at)), { padding: [60, 60], animate: false });
      // The group has fallen apart: the focus goes on to where its first pin is now.
      const next = [...groups.values()].find((group) => group.members.includes(members[0]));
      if (entered) (next || members[0].button).focus({ preventScroll: true });
    };
    return button;
  }

  /* The open pin stands alone wherever it is. At the nearest zoom all do. */
  return function gather(pins, open) {
    const zoom = map.getZoom();
    const last = zoom >= map.getMaxZoom();
    const view = map.getBounds().pad(0.2);
    const seeds = [];
    pins.forEach((pin) => {
      const { x, y } = pin.spot = map.project(pin.at, zoom);
      const near = ([{ spot, n }]) => n !== open?.n && Math.max(Math.abs(spot.x - x), Math.abs(spot.y - y)) < REACH;
      const seed = !last && pin !== open && seeds.find(near);
      if (seed) seed.push(pin);
      else seeds.push([pin]);
    });
    const seen = seeds.filter(([first]) => first === open || view.contains(first.at));
    const before = groups;
    groups = new Map(seen.filter((members) => members.length > 1).map((members) => {
      const key = members.map((pin) => pin.n).join();
      return [key, before.get(key) || draw(members)];
    }));
    before.forEach((button, key) => groups.has(key) || button.remove());
    return {
      alone: seen.filter((members) => members.length === 1).flat(),
      groups: [...groups.values()].map(({ at }) => {
        const { x, y } = map.latLngToContainerPoint(at);
        return [x - DISC, y - DISC, x + DISC, y + DISC];
      }),
    };
  };
}
