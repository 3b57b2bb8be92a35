/* Offers a tile service's map: offerTiles(map, source) asks nothing of it until the reader says so. Ours lies below, and
 * stays wherever a tile is missing. Nothing is stored: another page, or the same one later, offers it again. */
"use strict";

function offerTiles(map, source) {
  const tiles = JSON.parse(source.textContent);
  const frame = map.getContainer();
  const offer = L.control({ position: "bottomleft" });

  function load() {
    offer.remove();
    map.createPane("sm-tiles").style.zIndex = 210;
    map.options.zoomSnap = 1; // images between two zooms are blurred
    map.setMaxZoom(tiles.max_zoom);
    L.tileLayer(tiles.url, {
      pane: "sm-tiles", attribution: tiles.attribution, subdomains: tiles.subdomains, maxZoom: tiles.max_zoom,
      referrerPolicy: "strict-origin-when-cross-origin",
    }).once("tileload", function () {
      frame.classList.add("has-tiles");
    }).addTo(map);
    map.setZoom(Math.floor(map.getZoom()), { animate: false });
    frame.focus({ preventScroll: true });
  }

  offer.onAdd = function () {
    const box = document.createElement("details");
    const title = document.createElement("summary");
    const text = document.createElement("p");
    const button = document.createElement("button");
    box.className = "sm-offer";
    box.open = frame.offsetWidth >= 600 && frame.offsetHeight >= 400; // else it would cover the pins
    title.textContent = tiles.title;
    text.textContent = tiles.offer;
    button.type = "button";
    button.textContent = tiles.load;
    button.addEventListener("click", load);
    box.append(title, text, button);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  offer.addTo(map);
}
