/* From place to place in the order of the article: addSteps(map) brings the control "2 / 7 ‹ ›" to life, its keys, the
 * line of the story's path, and what the address may ask for: #place-3, ?start=3, ?autoplay=8 (seconds). It uses
 * map.story, see story.js. */

function addSteps(map) {
  const { pins, flags, plain, still, part, tools, addBar, open, current } = map.story;
  const frame = map.getContainer();
  const [box, label, said, dock] = ["steps", "count", "said", "dock"].map(part);
  const [back, next, play] = ["back", "next", "play"].map((name) => findOne("[data-tool=" + name + "]", box));
  let at = 0; // the place last opened

  // The focus goes along only if it was in the dialog, which is gone.
  function go(number, from = frame) {
    const pin = pins[number - 1];
    const inside = document.activeElement.closest(".sm-card");
    if (pin) open(pin, inside ? current().from : from, true, !inside);
  }

  tools.back = () => go(at - 1, back);
  tools.next = () => go(at + 1, next);

  map.createPane("sm-path");
  let line = null;
  tools.path = (button) => {
    line ||= L.polyline(pins.map((pin) => pin.at), {
      renderer: L.svg({ pane: "sm-path", padding: 0.5 }), className: "sm-path", interactive: false,
    });
    button.ariaPressed = !map.hasLayer(line);
    map[map.hasLayer(line) ? "removeLayer" : "addLayer"](line);
  };

  map.on("sm-open", ({ pin, stay }) => {
    at = pin.n;
    label.textContent = at + " / " + pins.length;
    back.ariaDisabled = at === 1;
    next.ariaDisabled = at === pins.length;
    // Who moved into the dialog hears it; a kiosk is silent.
    said.textContent = stay && !timer ? label.textContent + ": " + pin.button.ariaLabel.replace(/^\d+ /, "") : "";
  });

  /* ---- keys: on the map and in the dialog; Shift and an arrow move the map ---- */

  const turns = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 1, End: () => pins.length };
  function turn(event) {
    if (!turns[event.key] || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    go(turns[event.key](), document.activeElement);
  }

  /* ---- by itself, for a screen that nobody touches ---- */

  const seconds = +flags.get("autoplay") || 0;
  let timer = 0;
  function run(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => go(at % pins.length + 1), Math.max(seconds, 2) * 1000) : 0;
    const name = on ? "pause" : "play";
    play.title = play.ariaLabel = play.dataset[name];
    play.firstChild.className = "sm-sign is-" + name;
  }
  tools.play = () => run(!timer);
  // Who takes the map in hand is not led on.
  const halt = ({ target }) => timer && !play.contains(target) && run(false);
  [frame, dock].forEach((where) => {
    where.addEventListener("keydown", halt, true);
    where.addEventListener("pointerdown", halt, true);
    where.addEventListener("keydown", turn);
  });

  const asked = () => Number(location.hash.replace("#place-", ""));
  function begin() {
    go(asked() || +flags.get("start") || seconds && 1);
    if (seconds) run(true);
  }
  addEventListener("hashchange", () => go(asked()));
  // The browser has its own scrolling done by then, and the areas have their extent.
  map.once("sm-drawn", () => document.readyState === "complete" ? begin() : addEventListener("load", begin));

  if (!seconds) play.remove();
  if (!still && (!plain || seconds)) addBar("steps", ".leaflet-bottom");
}
