/* Many places: gatherPins(map) returns a function that finds, where the map stands now, which pins are drawn, and which
 * of these stand for others as well, by a button with their number. It is in a page only if that has many pins, each with
 * such a button beside its head. It uses map.story, see story.js. */

function gatherPins(map) {
  const DISC = 17; // half a group's width; story.css draws it so
  const REACH = 58; // px: so far from each other pins and groups do not touch, with heads and stems
  const { story, pins, part } = map.story;
  pins.forEach((pin) => {
    const group = pin.group = pin.box.lastChild;
    group.onclick = () => {
      part("said").textContent = group.title;
      map.fitBounds(L.latLngBounds(pin.members.map(({ at }) => at)), { padding: [60, 60], animate: false });
      // The group has fallen apart: the focus goes on to where its first pin is now.
      const first = pins.find(({ members }) => members.includes(pin));
      (first.members[1] ? first.group : first.button).focus({ preventScroll: true });
    };
  });

  /* The open pin stands alone wherever it is. At the nearest zoom all do. */
  return (wanted, open) => {
    const zoom = map.getZoom();
    const last = zoom >= map.getMaxZoom();
    const view = map.getBounds().pad(0.2);
    const seeds = [];
    pins.forEach((pin) => {
      pin.members = [];
    });
    wanted.forEach((pin) => {
      pin.spot = map.project(pin.at, zoom);
      const seed = !last && pin !== open && seeds.find((other) => other !== open && other.spot.distanceTo(pin.spot) < REACH);
      (seed || pin).members.push(pin);
      if (!seed) seeds.push(pin);
    });
    return seeds.filter((pin) => {
      const { members: { length }, box, foot, group } = pin;
      pin.disc = length > 1 ? DISC : 0;
      [box, foot].forEach((element) => element.classList.toggle("is-group", length > 1));
      group.textContent = length;
      group.title = group.ariaLabel = story.group.replace("{count}", length);
      return pin === open || view.contains(pin.at);
    });
  };
}
