/* Draws what storymap.publish.basemap.draw_basemap returns: drawBasemap(map, data, avoid) adds land, water, borders and
 * names to a Leaflet map, below its pins. All colours, and the order of the panes, are in basemap.css. avoid() returns
 * the screen boxes, [left, top, right, bottom] in pixels of the map's container, that no name may cover (the pins).
 * Returns a function that finds new room for the names: call it when the pins have moved. */

/* Words apart by blanks to arrays of L.LatLng; the inverse of encode() in encoding.py. */
function decode({ d, q }, shift) {
  return d.split(" ").map((word) => {
    const points = [];
    const at = [0, 0]; // longitude, latitude
    let value = 0, unit = 1, axis = 0;
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      if (code < 60) {
        value += unit * (code + 15);
        unit *= 20;
        continue;
      }
      value += unit * (code - (code < 92 ? 63 : 68));
      at[axis] += value % 2 ? -(value + 1) / 2 : value / 2;
      if (axis) points.push(new L.LatLng(at[1] * q, at[0] * q + shift));
      axis = 1 - axis;
      value = 0;
      unit = 1;
    }
    return points;
  });
}

/* A pane with room for paths; basemap.css says how high it lies. */
const addSheet = (map, pane) => map.createPane(pane) && L.svg({ pane, padding: 0.5 }).addTo(map);

function drawBasemap(map, data, avoid) {
  const GAP = 3; // pixels kept free around a name
  const NEAR = -3; // a town's dot belongs to its name
  const FAR = 5; // from a town's point to its name
  const renderer = addSheet(map, "sm-base");
  const names = map.createPane("sm-names");
  names.classList.add("leaflet-zoom-hide");
  names.ariaHidden = true;

  // What comes first lies below. All land is one path: where pieces of it meet, no seam shows.
  const layers = data.layers.map(({ name, z, parts }) => {
    const form = /land|lake/.test(name) ? "polygon" : "polyline";
    const path = L[form]([], { renderer, interactive: false, className: "sm-" + name, smoothFactor: 0.8 });
    return { z, parts, path };
  });
  function showLayers() {
    const bounds = map.getBounds();
    // Degrees to the copies of the world that are seen.
    const turns = [-360, 0, 360].filter((turn) => bounds.getEast() > data.frame + turn && bounds.getWest() < data.frame + turn + 360);
    layers.forEach((layer) => {
      const { z, parts, path } = layer;
      if (map.getZoom() < z - 0.3) {
        path.remove();
        return;
      }
      if (layer.turns !== String(turns)) path.setLatLngs(parts.flatMap((group) => turns.flatMap((turn) => decode(group, turn))));
      layer.turns = String(turns);
      path.addTo(map).bringToFront();
    });
  }

  // Names: an element each, made and measured when first needed; then room is sought for them in order of rank.
  const labels = data.labels.map(([text, kind, size, lat, lon, zoom]) => ({ text, kind, size, lat, lon, zoom }));
  function make(label) {
    const element = label.element = L.DomUtil.create("span", "sm-label sm-label-" + label.kind, names);
    const text = L.DomUtil.create("span", "", element);
    text.textContent = label.text;
    text.dir = "auto";
    element.dataset.size = label.size;
  }
  function findSpots({ kind, at: { x, y }, room }) {
    if (/city|capital/.test(kind)) return Object.entries(boxesBeside(x, y, ...room, NEAR, FAR));
    // A country's name may move up or down a little to make room, not into the neighbour's.
    return (kind === "country" ? [0, 0.8, -0.8] : [0]).map((lines) => {
      const [width, height] = room;
      const [left, top] = [x - width / 2, y + (lines - 0.5) * height];
      return ["", [left, top, left + width, top + height], lines * height];
    });
  }
  function placeNames() {
    const size = map.getSize();
    const middle = map.getCenter().lng;
    const taken = avoid();
    const seen = labels.filter((label) => {
      const { lat, lon, zoom, element } = label;
      const { x, y } = label.at = map.latLngToContainerPoint([lat, lon + 360 * Math.round((middle - lon) / 360)]);
      if (element) element.style.visibility = "hidden";
      return map.getZoom() >= zoom - 0.01 && x >= 0 && y >= 0 && x <= size.x && y <= size.y;
    });
    seen.filter((label) => !label.element).forEach(make);
    // All after all are made: one layout for all.
    seen.forEach((label) => {
      const { offsetWidth, offsetHeight } = label.element.firstChild;
      label.room = [offsetWidth, offsetHeight];
    });
    let named = ""; // a sea may have two labels, one after the other
    seen.forEach((label) => {
      const spot = label.text !== named && findSpots(label).find(([, box]) => isInside(box, size) && isFree(box, taken, GAP));
      const { element, at } = label;
      element.style.visibility = spot ? "" : "hidden";
      if (!spot) return;
      const [side, box, down] = spot;
      taken.push(box);
      named = label.text;
      element.dataset.side = side;
      L.DomUtil.setPosition(element, map.containerPointToLayerPoint(at).add([0, down || 0]));
    });
  }

  function refresh() {
    showLayers();
    placeNames();
  }
  map.on("moveend", refresh);
  refresh();
  return refresh;
}
