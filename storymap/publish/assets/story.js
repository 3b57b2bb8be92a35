/* The pins of a story on a Leaflet map, and the dialog that quotes the article.
 *
 * drawStory(map, source): map is an L.map, source the script element with the story as JSON (storymap/publish/contents.py).
 * The buttons, the empty dialog and the list of places are in the page already (stage.html.j2, pieces.html.j2): the dialog
 * of a place is a copy of its entry in the list. map.story is what the other scripts use: steps.js goes from place to
 * place, crowd.js gathers pins by the hundred, page.js reads along. Where the heads and names of the pins stand is found
 * in spread.js. No text of the article is ever taken for markup; nothing is stored, nothing is requested. */

// Before there is a body: the map has its size from the beginning.
document.documentElement.classList.add("has-script");

/* The elements of the page, or of a part of it, that a selector means. */
const findOne = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

function drawStory(map, source) {
  const CLOSER = 1.5; // so many zooms further in than the first view one place is shown
  const story = JSON.parse(source.textContent);
  const frame = map.getContainer();
  const part = (name) => findOne(".sm-" + name);
  const [dock, card, closer, hint] = ["dock", "card", "close", "hint"].map(part);
  const page = document.documentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const motion = { animate: !calm, duration: 0.8 };

  /* ---- what the address asks for ---- */

  const flags = new URLSearchParams(location.search);
  page.dataset.theme = flags.get("theme") || { true: "dark", false: "light" }[flags.get("dark")] || "";
  const still = flags.get("static") === "true";
  const plain = still || flags.get("plain") === "true";
  page.classList.toggle("is-plain", plain);
  page.classList.toggle("is-still", still);

  /* ---- the map and its view ---- */

  let refresh = () => {};
  let areas = { light() {}, bounds() {} };

  map.attributionControl.setPrefix(false).addAttribution(story.credit);
  map.setMaxZoom(story.basemap.max_zoom);
  const scale = L.control.scale({ imperial: false, maxWidth: 90, position: "bottomright" }).addTo(map).getContainer();

  const home = L.latLngBounds(story.view);
  const whole = L.latLngBounds(story.whole);
  let resting = home; // what the map shows while nothing is open: the story, or what is being read
  let shown = home;
  let own = false; // we are moving the map
  let moved = false; // the reader, or a script of theirs, moved it: leave it there

  function move(way, target, options) {
    own = true;
    map[way](target, { ...motion, ...options });
    own = false;
  }
  map.on("movestart", () => {
    moved ||= !own;
  });

  const nearest = () => Math.min(map.getMaxZoom(), map.getBoundsZoom(home) + CLOSER);
  const measure = (element) => element.getBoundingClientRect();
  function boxOf(element) {
    const { x, y } = measure(frame);
    const { left, top, right, bottom } = measure(element);
    return [left - x, top - y, right - x, bottom - y];
  }
  const clamp = (low, value, high) => Math.max(low, Math.min(high, value));

  function fit(bounds, jump) {
    shown = bounds;
    const { x, y } = map.getSize();
    if (!x || !y) return;
    const side = Math.min(56, x * 0.11);
    move("flyToBounds", bounds, {
      // On the right there are the buttons, below on the left the steps.
      paddingTopLeft: [side, clamp(42, y * 0.16, 64)],
      paddingBottomRight: [Math.max(side, 62), plain || pins.length < 2 ? clamp(20, y * 0.1, 40) : clamp(20, y * 0.2, 50)],
      maxZoom: nearest(),
      animate: !jump && !calm,
    });
    moved = false;
  }

  /* ---- pins ---- */

  // The elements are in the page, in the order of the Tab key; they go along with the map.
  const panes = ["feet", "heads"].map((name) => {
    const pane = map.createPane("sm-" + name);
    pane.append(...part(name).children);
    // A click is the pin's or the dialog's, not the map's; the page still hears of it.
    pane._leaflet_disable_click = true;
    L.DomEvent.on(pane, "dblclick", L.DomEvent.stopPropagation);
    return pane;
  });
  function put(toPoint) {
    pins.forEach(({ at, box, foot }) => [box, foot].forEach((element) => L.DomUtil.setPosition(element, toPoint(at).round())));
  }
  const putAll = () => put((at) => map.latLngToLayerPoint(at));
  map.on("zoom viewreset", putAll);
  map.on("zoomanim", ({ zoom, center }) => put((at) => map._latLngToNewLayerPoint(at, zoom, center)));

  const pins = story.pins.map(({ at, shape }, i) => {
    const [foot, box] = panes.map((pane) => pane.children[i]);
    const button = box.firstChild;
    const entry = findOne("#place-" + (i + 1));
    const pin = { n: i + 1, at: L.latLng(at), shape, entry, box, foot, button, area: box.matches(".is-area") };
    button.onclick = () => open(pin, button);
    button.onmouseenter = () => areas.light(i, true);
    button.onmouseleave = button.onblur = () => areas.light(i, isOpen(pin));
    button.onfocus = () => {
      areas.light(i, true);
      if (!pin.off) move("panInside", pin.at, { padding: [30, 50] });
    };
    return pin;
  });
  putAll();

  // Of a place outside the first view the head stands at the edge; of hundreds that would be a wall.
  const isOff = ({ at }, point, { x, y }) => !crowd && !home.contains(at) && !L.bounds([14, 38], [x - 14, y]).contains(point);

  /* What the names of the base map must not cover: the boxes of the pins, where the map stands now. */
  let boxes = [];

  function spread() {
    scale.hidden = map.getZoom() < 4; // no one scale holds for a map of the world
    const wanted = pins.filter((pin) => !pin.entry.hidden || isOpen(pin));
    const shown = crowd ? crowd(wanted, current?.pin) : wanted;
    pins.forEach((pin) => {
      pin.box.hidden = pin.foot.hidden = !shown.includes(pin);
    });
    boxes = spreadPins(map, shown, findAll(".leaflet-control-container > *", frame).map(boxOf), isOff);
  }

  /* ---- the dialog ---- */

  L.DomEvent.disableClickPropagation(card);
  let current = null; // the open pin and what had the focus before
  const isOpen = (pin) => current?.pin === pin;

  function describe(pin) {
    const [head, body] = pin.entry.cloneNode(true).children;
    const title = findOne("h3", head);
    title.id = title.className = "sm-title";
    title.ariaLevel = 2;
    title.textContent = title.textContent; // without the link
    head.append(closer);
    card.replaceChildren(head, body);
    const more = findOne("details", body);
    if (more) more.ontoggle = () => reveal(pin);
  }

  /* The room that the dialog needs around its pin: a popup above, a panel below as far as it covers the map. */
  function room({ off, x, y }) {
    if (off) x = y = 0;
    const { top, height, width } = measure(card);
    const low = dock.hasChildNodes();
    const half = low ? 30 : width / 2 + 10;
    return {
      paddingTopLeft: [half - x, (low ? 30 : height + 42) - y],
      paddingBottomRight: [half + x + (low || plain ? 0 : 40), 26 + (low ? Math.max(0, measure(frame).bottom - top) : 0)],
    };
  }

  const reveal = (pin) => isOpen(pin) && move("panInside", pin.at, room(pin));

  /* Go to a place: to an area no nearer than to see it whole, and never so far out that the story becomes a speck in a
   * large country. */
  function fly(pin) {
    const extent = areas.bounds(pin.n - 1);
    const widest = map.getBoundsZoom(home);
    const wide = extent && map.getBoundsZoom(extent) < widest;
    map.once("moveend", () => reveal(pin));
    const bounds = wide || !extent ? L.latLngBounds([pin.at]) : extent;
    move("flyToBounds", bounds, { ...room(pin), maxZoom: wide ? widest : nearest() });
  }

  /* What lies half under the dialog can be neither touched nor focused while it is there. */
  function veil() {
    const covers = current ? [card, ...findAll(".sm-steps", frame)].map(boxOf) : [];
    findAll(".sm-pin, .sm-group").forEach((button) => {
      const seen = current && button === current.pin.button || isFree(boxOf(button), covers, 0);
      button.style.visibility = seen ? "" : "hidden";
    });
  }

  function light({ n, box, button }, on) {
    button.ariaExpanded = on;
    areas.light(n - 1, on);
    [box, ...findAll('[data-pin="' + n + '"]')].forEach((name) => name.classList.toggle("is-open", on));
  }

  /* from gets the focus when the dialog is closed; a step goes to the place, and may leave the focus where it is. */
  function open(pin, from, step, stay) {
    close(false);
    current = { pin, from };
    // Far off, the whole shows how far; the base map has its detail at home only.
    if (pin.off && !step) fit(whole, true);
    const { x, y } = map.getSize();
    const low = x < 520 || y < 380;
    describe(pin);
    frame.classList.toggle("is-docked", low);
    (low ? dock : pin.box).append(card);
    spread();
    light(pin, true);
    // The name that was chosen in the text stays in sight; from the list below the article the map comes into sight.
    const hidden = measure(from).bottom + 12 - measure(card).top;
    if (low && !step && !frame.contains(from) && hidden > 0) scrollBy(0, hidden);
    if (!low && measure(frame).bottom < y / 2) frame.scrollIntoView({ block: "nearest" });
    if (step) fly(pin);
    else reveal(pin);
    veil();
    if (!stay) card.focus({ preventScroll: true });
    map.fire("sm-open", { pin, number: pin.n, stay });
  }

  function close(back) {
    if (!current) return;
    const { pin, from } = current;
    current = null;
    light(pin, false);
    card.remove();
    frame.classList.remove("is-docked");
    veil();
    if (!back) return;
    from.focus({ preventScroll: frame.contains(from) });
    if (!moved) fit(resting);
    spread();
  }

  document.addEventListener("keydown", ({ key }) => key === "Escape" && close(true));
  map.on("click", () => close(false));
  closer.onclick = () => close(true);

  /* Names in the article open their pins; quotes lead to their sentences. */
  if (!still) document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const pin = pins[link.dataset.pin - 1];
    const target = document.getElementById(link.hash.slice(1));
    if (pin) {
      event.preventDefault();
      open(pin, link);
    } else if (target) {
      if (dock.contains(link)) close(false);
      const folded = target.closest("details");
      if (folded) folded.open = true;
      // In a frame a fragment may lead to the page around it (srcdoc), or nowhere (sandbox).
      if (parent === self) return;
      event.preventDefault();
      findOne(".is-target")?.classList.remove("is-target");
      target.classList.add("is-target");
      target.scrollIntoView({ block: "center" });
    }
  });

  /* ---- gestures: the page scrolls, unless the reader means the map ---- */

  frame.append(hint);
  function show(event, text) {
    if (event.target.closest(".sm-card")) return;
    hint.textContent = text;
    hint.animate({ opacity: [1, 1, 0] }, 1600);
  }
  if (still) {
    frame.role = "img";
    map.getPane("mapPane").inert = true;
    frame.removeAttribute("tabindex");
  }
  const key = /Mac|iP/.test(navigator.platform) ? "⌘" : hint.dataset.key;
  frame.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    show(event, hint.dataset.wheel.replace("{key}", key));
  }, { capture: true, passive: true });
  frame.addEventListener("touchmove", (event) => {
    if (event.touches.length === 1) show(event, hint.dataset.touch);
  }, { passive: true });
  frame.addEventListener("pointerdown", ({ pointerType }) => {
    map.dragging[pointerType === "touch" ? "disable" : "enable"]();
  }, true);

  /* ---- buttons: each does what its data-tool names ---- */

  const tools = {
    in: () => map.zoomIn(1, motion),
    out: () => map.zoomOut(1, motion),
    fit() {
      const again = !moved && shown === home;
      close(false);
      resting = home;
      fit(again ? whole : home);
    },
  };
  findAll("[data-tool]").forEach((button) => {
    button.onclick = () => tools[button.dataset.tool](button);
  });
  function addBar(name, corner) {
    const box = part(name);
    L.DomEvent.disableClickPropagation(box);
    findOne(corner, frame).prepend(box);
    return box;
  }
  if (!plain) addBar("bar", ".leaflet-top.leaflet-right");

  map.story = {
    story, pins, flags, plain, still, part, tools, addBar, open, spread,
    current: () => current,
    show: (number, focus) => open(pins[number - 1], frame, true, !focus),
    // Reading: the map goes to the places of a paragraph, but never against the reader.
    follow(numbers, anew) {
      if (anew) moved = false;
      resting = home;
      if (numbers.length) resting = L.latLngBounds(numbers.map((number) => pins[number - 1].at));
      if (numbers.length === 1) resting = areas.bounds(numbers[0] - 1) || resting;
      if (!moved && !current && !still) fit(resting);
    },
  };

  /* ---- first view, and every new size ---- */

  fit(home, true);
  const crowd = self.gatherPins && gatherPins(map);
  if (pins.length > 1) addSteps(map);
  card.remove();
  spread();
  map.on(crowd || home.contains(whole) ? "moveend" : "move", spread).on("moveend", veil);
  // The pins are seen a frame before what lies below them, which takes as long as all the rest.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    refresh = drawBasemap(map, story.basemap, () => boxes);
    areas = drawAreas(map, pins);
    map.fire("sm-drawn");
  }));
  function resize() {
    if (map.getSize().equals(map.invalidateSize({ pan: false }).getSize())) return; // the observer tells of the first size too
    if (!moved && !current) fit(shown, true);
    spread();
    refresh();
  }
  new ResizeObserver(resize).observe(frame);
  // The layout of paper comes too late for the observer: the map has its size there a moment before.
  ["beforeprint", "afterprint"].forEach((event) => addEventListener(event, ({ type }) => {
    page.classList.toggle("is-paper", type === "beforeprint");
    close(false);
    resize();
  }));
}
