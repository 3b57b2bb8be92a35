/* Where the heads and the names of pins stand: spreadPins(map, pins, tools, isOff) sets them and returns the boxes,
 * [left, top, right, bottom] in pixels of the map's container, that are then taken; tools are boxes taken before.
 * isOff(pin, point, size) says whether a pin stands at the edge, because its place is outside the map. */
"use strict";

function spreadPins(map, pins, tools, isOff) {
  const HEAD = 27; // width of a pin's head in px; story.css draws it so
  const STEM = 25; // from the point to the centre of the head
  const size = map.getSize();
  const spots = pins.map((pin) => {
    const at = map.latLngToContainerPoint(pin.at);
    const lift = pin.place.area ? 0 : STEM;
    const spot = { pin, at, lift, x: at.x, y: at.y - lift, off: isOff(pin, at, size) };
    if (spot.off) sendToEdge(spot);
    return spot;
  });

  /* Of a pin outside the map, the head stands at the edge, and an arrow on it points to where it belongs. */
  function sendToEdge(spot) {
    const middle = size.divideBy(2);
    const way = spot.at.subtract(middle);
    const part = Math.min(middle.x / Math.abs(way.x), middle.y / Math.abs(way.y));
    spot.x = middle.x + way.x * part;
    spot.y = middle.y + way.y * part;
  }

  function keepAtEdge(spot) {
    if (!spot.off) return;
    const inset = HEAD / 2 + 10;
    spot.x = Math.max(inset, Math.min(size.x - inset - (spot.y < 124 + inset ? 46 : 0), spot.x));
    const low = tools.some((tool) => tool[1] > 130 && spot.x < tool[2] + inset) ? 52 : 14;
    spot.y = Math.max(inset, Math.min(size.y - inset - low, spot.y));
  }

  /* Heads of pins at one point stand around it like a fan, the first on the left. */
  const left = new Set(spots);
  spots.forEach((spot) => {
    const twins = [...left].filter((other) => !other.off && other.at.distanceTo(spot.at) < 2);
    if (!left.has(spot) || twins.length < 2) return;
    const step = Math.min(1, 5.6 / twins.length);
    const radius = (HEAD + 3) / 2 / Math.sin(step / 2);
    twins.forEach((twin, k) => {
      const angle = (k - (twins.length - 1) / 2) * step;
      twin.x = spot.at.x + radius * Math.sin(angle);
      twin.y = spot.at.y - radius * Math.cos(angle);
      left.delete(twin);
    });
  });

  /* Heads that would cover each other move apart; their stems still end at the true points. */
  function part(a, b) {
    let dx = b.x - a.x;
    let dy = b.y - a.y;
    if (Math.abs(dx) >= HEAD + 2 || Math.abs(dy) >= HEAD + 2) return false;
    let apart = Math.hypot(dx, dy);
    // The heads are round, what a finger hits is square.
    const square = Math.max(Math.abs(dx), Math.abs(dy));
    if (apart >= HEAD + 2 && square >= HEAD - 2) return false;
    if (apart < 0.01) {
      dx = apart = 1;
      dy = 0;
    }
    const wanted = Math.max(HEAD + 2.5, apart * (HEAD - 1.5) / Math.max(square, 1));
    const push = (Math.min(wanted, 1.5 * HEAD) - Math.min(apart, HEAD)) / 2 / apart;
    a.x -= dx * push;
    a.y -= dy * push;
    b.x += dx * push;
    b.y += dy * push;
    return true;
  }

  /* A head should not hide the point of another pin either. */
  function giveWay(head, other) {
    if (head === other || !other.lift || other.off) return false;
    const dx = head.x - other.at.x;
    const dy = head.y - other.at.y;
    const apart = Math.hypot(dx, dy);
    if (apart >= HEAD / 2 + 4 || apart < 0.01) return false;
    head.x += dx / apart * 2;
    head.y += dy / apart * 2;
    return true;
  }

  for (let round = 0, still = false; round < 140 && !still; round++) {
    still = true;
    spots.forEach((a, i) => {
      for (let j = i + 1; j < spots.length; j++) if (part(a, spots[j])) still = false;
    });
    // In a crowd the heads go first.
    if (round < 80) spots.forEach((head) => spots.forEach((other) => {
      if (giveWay(head, other)) still = false;
    }));
    spots.forEach(keepAtEdge);
  }

  spots.forEach(({ pin, at, x, y, lift, off }) => {
    pin.off = off;
    pin.box.classList.toggle("is-off", off);
    pin.foot.classList.toggle("is-off", off);
    if (off) pin.arrow.style.transform = "rotate(" + Math.atan2(at.y - y, at.x - x) + "rad)";
    pin.x = Math.round(x - at.x);
    pin.y = Math.round(y - at.y);
    const length = Math.hypot(pin.x, pin.y);
    pin.button.style.transform = "translate(" + pin.x + "px," + pin.y + "px)";
    pin.stem.style.height = length + "px";
    pin.stem.style.transform = "rotate(" + (Math.atan2(pin.y, pin.x) * 180 / Math.PI - 90) + "deg)";
    pin.foot.classList.toggle("is-moved", length > 3 + lift);
  });

  /* A name stands right or left of its head, or above or under it, where it covers nothing; else it is not shown. */
  const half = HEAD / 2;
  const taken = [...tools];
  spots.forEach(({ at, x, y, off }) => {
    taken.push([x - half, y - half, x + half, y + half]);
    if (!off) taken.push([at.x - 4, at.y - 4, at.x + 4, at.y + 4]);
  });
  // All are measured before any is moved: one layout for all.
  const widths = pins.map((pin) => pin.width = pin.width || [pin.name.offsetWidth, pin.name.offsetHeight]);
  spots.forEach(({ pin, x, y, lift }, i) => {
    const [width, height] = widths[i];
    const sides = {
      right: [x + half + 2, y - height / 2, x + half + 2 + width, y + height / 2],
      left: [x - half - 2 - width, y - height / 2, x - half - 2, y + height / 2],
      above: [x - width / 2, y - half - 1 - height, x + width / 2, y - half - 1],
      below: [x - width / 2, y + half + 1, x + width / 2, y + half + 1 + height],
    };
    const side = Object.keys(sides).find((key) => {
      const [west, north, east, south] = sides[key];
      const seen = x < 0 || y < 0 || x > size.x || y > size.y || (west > 2 && east < size.x - 2 && north > 2);
      // An upright pin's own point lies under its head: the name below would hide it.
      if (!seen || (key === "below" && lift)) return false;
      return taken.every((box) => east < box[0] || west > box[2] || south < box[1] || north > box[3]);
    });
    pin.name.dataset.side = side || "none";
    if (side) taken.push(sides[side]);
  });
  return taken;
}
