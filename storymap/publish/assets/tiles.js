/* Offers a tile service's map: offerTiles(map, source) asks nothing of it until the reader says so. Ours lies below, and
 * stays wherever a tile is missing. Nothing is stored: another page, or the same one later, offers it again. */

function offerTiles(map, source) {
  const { url, attribution, subdomains, max_zoom: maxZoom } = JSON.parse(source.textContent);
  const frame = map.getContainer();
  const { tools, addBar } = map.story;
  const offer = addBar("offer", ".leaflet-bottom");
  offer.open = frame.offsetWidth >= 600 && frame.offsetHeight >= 400; // else it would cover the pins
  tools.tiles = () => {
    offer.remove();
    map.createPane("sm-tiles");
    map.options.zoomSnap = 1; // images between two zooms are blurred
    map.setMaxZoom(maxZoom);
    L.tileLayer(url, {
      pane: "sm-tiles", attribution, subdomains, maxZoom, referrerPolicy: "strict-origin-when-cross-origin",
    }).once("tileload", () => frame.classList.add("has-tiles")).addTo(map);
    map.setZoom(Math.floor(map.getZoom()), { animate: false });
    frame.focus({ preventScroll: true });
  };
}
