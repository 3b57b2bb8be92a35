/* Draws the places that are no points: drawAreas(map, shapes, decode) adds outlines, courses of rivers and soft ellipses to
 * a Leaflet map, between the land and the pins; seas below the land, so that their shores are true. shapes holds for each
 * pin what storymap/publish/areas.py returns, or null; decode is drawBasemap's. The looks are in story.css.
 *
 * Returns {light(i, on), bounds(i)}: the one lights up the shape of the pin i, the other is its extent, null if it has none.
 */
function drawAreas(map, shapes, decode) {
  "use strict";
  function sheet(name, zIndex) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    return L.svg({ pane: name, padding: 0.5 }).addTo(map);
  }
  const below = sheet("sm-seas", 190);
  const above = sheet("sm-areas", 210);
  [below, above].forEach((paper) => {
    const fade = L.SVG.create("radialGradient");
    fade.id = "sm-fade"; // the same in both
    [0, 0.6, 1].forEach((offset) => {
      const stop = L.SVG.create("stop");
      stop.setAttribute("offset", offset);
      fade.appendChild(stop);
    });
    paper._container.appendChild(fade);
  });

  function ellipse([south, west, north, east]) {
    const plane = L.Projection.SphericalMercator;
    const low = plane.project(L.latLng(south, west)), high = plane.project(L.latLng(north, east));
    const middle = low.add(high).divideBy(2), reach = high.subtract(low).divideBy(2);
    const points = [];
    for (let angle = 0; angle < 2 * Math.PI; angle += 0.1) {
      points.push(plane.unproject(middle.add(L.point(reach.x * Math.cos(angle), reach.y * Math.sin(angle)))));
    }
    return points;
  }

  const layers = shapes.map((shape) => {
    if (!shape) return null;
    const paper = shape.form === "sea" ? below : above;
    const look = { renderer: paper, pane: paper.options.pane, interactive: false, className: "sm-" + shape.form };
    // Clipped, an ellipse would fade from the middle of what is seen of it.
    if (shape.box) return L.polygon(ellipse(shape.box), { ...look, noClip: true }).addTo(map);
    const parts = shape.d.split(" ").map((word) => decode(word, shape.q, 0));
    return (shape.form === "line" ? L.polyline : L.polygon)(parts, look).addTo(map);
  });
  const drawn = layers.filter(Boolean);
  // Rivers run above the countries.
  drawn.filter((layer) => !(layer instanceof L.Polygon)).forEach((layer) => layer.bringToFront());

  // What fills the whole screen tells nothing by its colour.
  function look() {
    const { x, y } = map.getSize();
    drawn.forEach((layer) => {
      const path = layer.getElement();
      const covers = [[0, 0], [x, 0], [0, y], [x, y], [x / 2, y / 2]].every((corner) => {
        const spot = path.ownerSVGElement.createSVGPoint();
        return path.isPointInFill(Object.assign(spot, { ...map.containerPointToLayerPoint(corner) }));
      });
      path.classList.toggle("is-all", covers);
    });
  }
  map.on("moveend resize", look);
  look();
  return {
    light(i, on) {
      if (layers[i]) layers[i].getElement().classList.toggle("is-lit", on);
    },
    bounds: (i) => layers[i] && layers[i].getBounds(),
  };
}
