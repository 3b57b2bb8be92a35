/* Draws what storymap.publish.basemap.draw_basemap returns: drawBasemap(map, data, options) adds land, water, borders and
 * names to a Leaflet map, below its pins. All colours are in basemap.css. Needs Leaflet 1.9 as L.
 *
 * options.avoid: a function that returns the screen boxes, [left, top, right, bottom] in pixels of the map's container,
 * that no name may cover (the pins). Returns {refresh(), decode(word, quantum, shift)}: call the one when the pins have moved; the
 * other reads words of the encoding.
 */
function drawBasemap(map, data, options) {
  "use strict";
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
  const CARRY = "yz!()*+,-.;=?@[]^_|~";
  const GAP = 3; // pixels kept free around a name
  options = options || {};
  const avoid = options.avoid || (() => []);

  const worth = new Int16Array(128); // by character code; carrying digits from 60 on, as the encoding counts them
  [...DIGITS, ...CARRY].forEach((digit, i) => { worth[digit.charCodeAt(0)] = i; });

  // A word to an array of L.LatLng; the inverse of encode() in basemap.py.
  function decode(word, quantum, shift) {
    const points = [];
    let x = 0, y = 0, odd = false, value = 0, unit = 1;
    for (let i = 0; i < word.length; i++) {
      const digit = worth[word.charCodeAt(i)];
      value += unit * digit;
      if (digit >= DIGITS.length) {
        unit *= CARRY.length;
        continue;
      }
      const step = value % 2 ? -(value + 1) / 2 : value / 2;
      if (odd) { y += step; points.push(new L.LatLng(y * quantum, x * quantum + shift)); } else { x += step; }
      odd = !odd; value = 0; unit = 1;
    }
    return points;
  }

  function pane(name, zIndex) {
    const element = map.getPane(name) || map.createPane(name);
    element.style.zIndex = zIndex;
    element.style.pointerEvents = "none";
    return element;
  }
  pane("sm-base", 200);
  const renderer = L.svg({ pane: "sm-base", padding: 0.5 });
  const names = pane("sm-names", 350);
  names.classList.add("leaflet-zoom-hide");
  names.setAttribute("aria-hidden", "true");
  map.getContainer().classList.add("sm-basemap");

  // Land is cut where two levels of detail meet; there is no coast along a cut.
  const near = (value, list) => list.some((cut) => Math.abs(value - cut) < 1e-6);
  function coasts(ring, shift) {
    const lines = [];
    let line = [];
    for (let i = 0; i <= ring.length; i++) {
      const a = ring[i % ring.length], b = ring[(i + 1) % ring.length];
      line.push(a);
      const cut = (a.lng === b.lng && near(a.lng - shift, data.cuts.x)) || (a.lat === b.lat && near(a.lat, data.cuts.y));
      if (cut) {
        if (line.length > 1) lines.push(line);
        line = [];
      }
    }
    if (line.length > 1) lines.push(line);
    return lines;
  }

  const style = (name) => ({ renderer, pane: "sm-base", interactive: false, className: "sm-" + name, smoothFactor: 0.8 });
  const drawn = []; // {layer, zoom}: a layer and the zoom from which it is shown

  // One copy of the world; more are added when the reader comes to its edge. What is drawn first lies below.
  const KINDS = { rivers: "river", lakes: "lake", admin1: "admin1", borders: "border", disputed: "disputed" };
  function addWorld(shift) {
    const parts = (group) => group.d.split(" ").map((word) => decode(word, group.q, shift));
    const land = [].concat(...data.layers.land.map(parts));
    drawn.push({ layer: L.polygon(land, style("land")), zoom: 0 });
    drawn.push({ layer: L.polyline([].concat(...land.map((ring) => coasts(ring, shift))), style("coast")), zoom: 0 });
    Object.keys(KINDS).forEach((name) => {
      const draw = name === "lakes" ? L.polygon : L.polyline;
      data.layers[name].forEach((group) => {
        drawn.push({ layer: draw(parts(group), style(KINDS[name])), zoom: group.z });
      });
    });
  }
  const worlds = new Set();
  function addWorlds() {
    const bounds = map.getBounds();
    for (let turn = -1; turn <= 1; turn++) {
      const west = data.frame + 360 * turn;
      if (!worlds.has(turn) && bounds.getEast() > west && bounds.getWest() < west + 360) {
        worlds.add(turn);
        addWorld(360 * turn);
      }
    }
  }
  function showLayers() {
    addWorlds();
    let added = false;
    drawn.forEach(({ layer, zoom }) => {
      const wanted = map.getZoom() >= zoom - 0.3;
      if (wanted === map.hasLayer(layer)) return;
      if (wanted) map.addLayer(layer); else map.removeLayer(layer);
      added = added || wanted;
    });
    if (added) drawn.forEach(({ layer }) => map.hasLayer(layer) && layer.bringToFront());
  }

  // Names: an element each, made and measured when first needed; then room is sought for them in order of rank.
  const labels = data.labels.map((label) => ({ label, element: null }));
  function make(item) {
    const element = document.createElement("span");
    element.className = "sm-label sm-label-" + item.label.kind;
    element.dataset.size = item.label.size;
    const text = document.createElement("span");
    text.textContent = item.label.text;
    text.dir = "auto";
    element.appendChild(text);
    names.appendChild(element);
    item.element = element;
  }
  const DOT = 5; // from a town's point to its name
  function spots(item, at) {
    const w = item.width, h = item.height, x = at.x, y = at.y;
    if (item.label.kind === "city" || item.label.kind === "capital") {
      return [
        ["right", 0, [x - 3, y - h / 2, x + DOT + w, y + h / 2]],
        ["left", 0, [x - DOT - w, y - h / 2, x + 3, y + h / 2]],
        ["above", 0, [x - w / 2, y - DOT - h, x + w / 2, y + 3]],
        ["below", 0, [x - w / 2, y - 3, x + w / 2, y + DOT + h]],
      ];
    }
    // A country's name may move up or down a little to make room, not into the neighbour's.
    return (item.label.kind === "country" ? [0, 0.8 * h, -0.8 * h] : [0]).map((dy) => ["", dy, [x - w / 2, y - h / 2 + dy, x + w / 2, y + h / 2 + dy]]);
  }
  function placeNames() {
    const size = map.getSize(), middle = map.getCenter().lng;
    const taken = avoid().map((box) => [...box]);
    const free = (box) => box[0] >= 2 && box[1] >= 2 && box[2] <= size.x - 2 && box[3] <= size.y - 2 &&
      !taken.some((t) => box[0] < t[2] + GAP && box[2] > t[0] - GAP && box[1] < t[3] + GAP && box[3] > t[1] - GAP);
    const seen = labels.filter((item) => {
      const turn = 360 * Math.round((middle - item.label.lon) / 360);
      item.point = [item.label.lat, item.label.lon + turn];
      item.at = map.latLngToContainerPoint(item.point);
      return map.getZoom() >= item.label.zoom - 0.01 &&
        item.at.x >= 0 && item.at.y >= 0 && item.at.x <= size.x && item.at.y <= size.y;
    });
    seen.filter((item) => !item.element).forEach(make);
    seen.filter((item) => !item.width).forEach((item) => { // all after all are made: one layout for all
      item.width = item.element.firstChild.offsetWidth;
      item.height = item.element.firstChild.offsetHeight;
    });
    const shown = new Map();
    seen.forEach((item) => {
      const spot = spots(item, item.at).find((candidate) => free(candidate[2]));
      if (!spot) return;
      taken.push(spot[2]);
      shown.set(item, spot);
    });
    labels.forEach((item) => {
      if (!item.element) return;
      const spot = shown.get(item);
      item.element.style.visibility = spot ? "" : "hidden";
      if (!spot) return;
      item.element.dataset.side = spot[0];
      L.DomUtil.setPosition(item.element, map.latLngToLayerPoint(item.point).add([0, spot[1]]));
    });
  }

  function refresh() {
    showLayers();
    placeNames();
  }
  map.on("zoomend moveend resize viewreset", refresh);
  if (map._loaded) refresh();
  return { refresh, decode };
}
