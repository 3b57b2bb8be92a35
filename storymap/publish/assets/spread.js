/* Where the heads and the names of pins stand: spreadPins(map, pins, tools, isOff) sets them and returns the boxes,
 * [left, top, right, bottom] in pixels of the map's container, that are then taken; tools are boxes taken before.
 * isOff(pin, point, size) says whether a pin stands at the edge, because its place is outside the map. basemap.js finds
 * room for its names with the same two functions. storymap/publish/static_view.py does the same for a picture. */

/* The boxes that a name may have beside a point, which it leaves free by near to far pixels: the best first. */
function boxesBeside(x, y, width, height, near, far) {
  const [left, top] = [x - width / 2, y - height / 2];
  return {
    right: [x + near, top, x + far + width, top + height],
    left: [x - far - width, top, x - near, top + height],
    above: [left, y - far - height, left + width, y - near],
    below: [left, y + near, left + width, y + far + height],
  };
}

const isFree = ([left, top, right, bottom], taken, gap) =>
  taken.every((box) => right < box[0] - gap || left > box[2] + gap || bottom < box[1] - gap || top > box[3] + gap);

const isInside = ([left, top, right, bottom], { x, y }) => left > 2 && top > 2 && right < x - 2 && bottom < y - 2;

function spreadPins(map, pins, tools, isOff) {
  const HALF = 13.5; // half the width of a pin's head in px; story.css draws it so
  const STEM = 25; // from the point to the centre of the head
  const INSET = 38; // from the edge to the centre of a head that stands there
  const TURN = 2.4; // radians from one try to the next, by which no two lie in one direction
  const size = map.getSize();
  const middle = size.divideBy(2);
  const around = ({ x, y }, reach) => [x - reach, y - reach, x + reach, y + reach];
  const heads = []; // where heads and points are
  const spots = pins.map((pin) => {
    const at = map.latLngToContainerPoint(pin.at);
    pin.off = isOff(pin, at, size);
    if (!pin.off && !pin.area && !pin.disc) heads.push(around(at, 4));
    return { pin, at, lift: pin.area || pin.disc ? 0 : STEM, half: pin.disc || HALF };
  });

  /* A head stands upright over its point, or at the edge on the way there, or as near to that as there is room on the
   * map: tries run outwards in a spiral. Its stem ends at the true point. */
  spots.forEach((spot) => {
    const { pin, at, lift, half } = spot;
    const away = !pin.off && !isInside(around(at, 0), size);
    const way = at.subtract(middle);
    const part = Math.min((middle.x - INSET) / Math.abs(way.x), (middle.y - INSET) / Math.abs(way.y));
    const from = pin.off ? middle.add(way.multiplyBy(part)).round() : at.subtract([0, lift]);
    const fits = (head) => isFree(around(head, half), heads, 1) && isFree(around(head, half), tools, 0) &&
      (away || isInside(around(head, 18), size));
    for (let i = 0; i < 2000; i++) {
      spot.head = from.add(L.point(Math.cos(i * TURN), Math.sin(i * TURN)).multiplyBy(5 * Math.sqrt(i)).round());
      if (fits(spot.head)) break;
    }
    heads.push(around(spot.head, half));
    const { x, y } = Object.assign(pin, spot.head.subtract(at));
    const length = Math.hypot(x, y);
    const turn = Math.atan2(y, x);
    [pin.box, pin.foot].forEach((element) => element.classList.toggle("is-off", pin.off));
    pin.foot.classList.toggle("is-moved", length > 3 + lift);
    pin.box.style.translate = x + "px " + y + "px";
    pin.button.lastChild.style.rotate = turn + Math.PI + "rad";
    Object.assign(pin.foot.firstChild.style, { height: length + "px", rotate: turn - Math.PI / 2 + "rad" });
  });

  /* A name stands right or left of its head, or above or under it, where it covers nothing; else it is not shown. */
  // All are measured before any is moved: one layout for all.
  const taken = [...tools, ...heads];
  pins.forEach((pin) => {
    const { offsetWidth, offsetHeight } = pin.label = findOne(".sm-name", pin.box);
    pin.room = [offsetWidth, offsetHeight];
  });
  spots.forEach(({ pin, head: { x, y }, lift }) => {
    const boxes = boxesBeside(x, y, ...pin.room, HALF + 1, HALF + 1);
    // An upright pin's own point lies under its head: the name below would hide it.
    if (lift) delete boxes.below;
    const side = Object.keys(boxes).find((key) => isInside(boxes[key], size) && isFree(boxes[key], taken, 0));
    pin.label.dataset.side = side || "none";
    if (side) taken.push(boxes[side]);
  });
  return taken;
}
