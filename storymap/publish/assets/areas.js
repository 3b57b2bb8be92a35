/* Draws the places that are no points: drawAreas(map, pins) adds outlines, courses of rivers and soft ellipses to a
 * Leaflet map, between the land and the pins; seas below the land, so that their shores are true. A pin's shape is what
 * storymap/publish/areas.py returns, or null. The looks are in story.css.
 *
 * Returns {light(i, on), bounds(i)}: the one lights up the shape of the pin i, the other is its extent, undefined if it has none.
 */

function drawAreas(map, pins) {
  const [below, above] = ["sm-seas", "sm-areas"].map((name) => addSheet(map, name));
  const layers = pins.map(({ shape }) => {
    if (!shape) return null;
    const { form } = shape;
    const renderer = form === "sea" ? below : above;
    // Clipped, an ellipse would fade from the middle of what is seen of it.
    const look = { renderer, interactive: false, className: "sm-" + form, noClip: form === "sea" || form === "soft" };
    return L[form === "line" ? "polyline" : "polygon"](decode(shape, 0), look).addTo(map);
  });
  // Rivers run above the countries.
  layers.forEach((layer, i) => layer && pins[i].shape.form === "line" && layer.bringToFront());

  // What fills the whole screen tells nothing by its colour.
  function look() {
    const { x, y } = map.getSize();
    const spots = [[0, 0], [x, 0], [0, y], [x, y], [x / 2, y / 2]].map((spot) => map.containerPointToLayerPoint(spot));
    layers.filter(Boolean).forEach((layer) => {
      const path = layer.getElement();
      path.classList.toggle("is-all", spots.every((spot) => path.isPointInFill(spot)));
    });
  }
  map.on("moveend resize", look);
  look();
  return {
    light(i, on) {
      if (layers[i]) layers[i].getElement().classList.toggle("is-lit", on);
    },
    bounds: (i) => layers[i]?.getBounds(),
  };
}
