/* The pins of a story on a Leaflet map, and the dialog that quotes the article.
 *
 * drawStory(map, source): map is an L.map, source the script element with the story as JSON (storymap/publish/draw.py).
 * It leaves map.story = {follow(numbers)}, which page.js calls as the reader reads on, and {places, show(number, focus)}
 * for frame.js. Where the heads and names of the pins stand is found in spread.js, the steps from place to place are in
 * steps.js, crowd.js gathers pins by the hundred.
 * Text of the article reaches the page through textContent alone. Nothing is stored, nothing is requested. */
"use strict";

function makeElement(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function makeButton(className, text, label, action) {
  const button = makeElement("button", className, text);
  button.type = "button";
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", action);
  return button;
}

function makeTool(sign, label, action) {
  const button = makeButton("sm-tool", "", label, action);
  button.title = label;
  button.append(makeElement("span", "sm-sign is-" + sign));
  return button;
}

function drawStory(map, source) {
  const QUOTES = 3; // so many quotes are shown, the rest on demand
  const CLOSER = 1.5; // so many zooms further in than the first view one place is shown
  const make = makeElement;
  const story = JSON.parse(source.textContent);
  const { phrases } = story;
  const frame = map.getContainer();
  const page = document.documentElement;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const scrolling = calm ? "auto" : "smooth";

  /* ---- what the address asks for ---- */

  const flags = new URLSearchParams(window.location.search);
  const theme = flags.get("theme") || { true: "dark", false: "light" }[flags.get("dark")];
  if (theme === "dark" || theme === "light") page.dataset.theme = theme;
  const still = flags.get("static") === "true";
  const plain = still || flags.get("plain") === "true";
  page.classList.add("has-script");
  page.classList.toggle("is-plain", plain);

  /* ---- the map and its view ---- */

  frame.classList.add("sm-map");
  frame.setAttribute("role", still ? "img" : "group");
  frame.setAttribute("aria-label", story.label);
  map.attributionControl.setPrefix(false).addAttribution(phrases.credit);
  map.setMaxZoom(story.basemap.max_zoom);

  const home = L.latLngBounds(story.view);
  const whole = L.latLngBounds(story.whole);
  let resting = home; // what the map shows while nothing is open: the story, or what is being read
  let shown = home;
  let moving = 0; // we move the map ourselves: a time stamp until when
  let moved = false; // the reader, or a script of theirs, moved it: leave it there

  function ours(animate, move) {
    moving = Infinity;
    move();
    moving = animate ? performance.now() + 500 : 0;
  }

  const nearest = () => Math.min(map.getMaxZoom(), map.getBoundsZoom(home) + CLOSER);

  function fit(animate, bounds) {
    shown = bounds;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const side = Math.min(56, size.x * 0.11);
    const low = Math.max(20, Math.min(40, size.y * 0.1));
    animate = animate && !calm;
    ours(animate, () => map[animate ? "flyToBounds" : "fitBounds"](bounds, {
      // On the right there are the buttons, below on the left the steps.
      paddingTopLeft: [side, Math.max(42, Math.min(64, size.y * 0.16))],
      paddingBottomRight: [Math.max(side, 62), plain || pins.length < 2 ? low : Math.max(low, Math.min(50, size.y * 0.2))],
      maxZoom: bounds === home || bounds === whole ? map.getMaxZoom() : nearest(),
      duration: 0.8,
      animate,
    }));
    moved = false;
  }

  map.on("movestart", () => {
    if (performance.now() > moving) moved = true;
  });

  /* ---- pins ---- */

  // Points and stems lie below all heads, whichever pin they belong to.
  map.createPane("sm-feet").style.zIndex = 590;

  // In the order of the article, which is the order of the Tab key.
  function addMarker(at, element, pane, number) {
    const icon = L.divIcon({ className: "sm-anchor", html: element, iconSize: [0, 0] });
    const marker = L.marker(at, { icon, pane, keyboard: false, interactive: false }).addTo(map);
    const own = marker.getElement();
    own.dataset.n = number;
    const next = [...map.getPane(pane).children].find((other) => other.dataset.n > number);
    if (next) next.before(own);
    return marker;
  }

  const pins = story.pins.map((place) => ({ place, at: L.latLng(place.at), x: 0, y: 0, off: false }));

  const number = ({ n }) => make("span", "sm-number" + (n > 99 ? " is-long" : ""), String(n));

  // A pin has its elements when it is first to be seen.
  function build(pin) {
    const { place } = pin;
    pin.box = make("div", "sm-marker" + (place.area ? " is-area" : "") + (place.doubt ? " is-doubtful" : ""));
    pin.foot = make("div", pin.box.className);
    pin.stem = make("span", "sm-stem");
    pin.arrow = make("span", "sm-arrow");
    pin.name = make("span", "sm-name", place.name);
    pin.name.dir = "auto";
    pin.name.lang = story.lang;
    const button = makeButton("sm-pin", undefined, place.n + " " + place.name + ", " + place.line, () => open(pin, button));
    pin.button = button;
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(number(place), " ", pin.name, pin.arrow);
    pin.foot.append(pin.stem, make("span", "sm-dot"));
    pin.box.append(button);
    L.DomEvent.on(button, "click dblclick", L.DomEvent.stopPropagation);
    addMarker(place.at, pin.foot, "sm-feet", place.n);
    pin.marker = addMarker(place.at, pin.box, "markerPane", place.n);
    button.addEventListener("focus", () => {
      pin.marker.setZIndexOffset(5000);
      // A browser scrolls a focused element into its box; Leaflet's box must never be scrolled, so the map moves.
      frame.scrollTop = frame.scrollLeft = 0;
      if (!pin.off && !map.getBounds().contains(place.at)) ours(true, () => map.panTo(place.at, { animate: !calm }));
    });
    button.addEventListener("blur", () => pin.marker.setZIndexOffset(0));
    const light = (on) => () => areas.light(place.n - 1, on || isOpen(pin));
    ["mouseenter", "focus"].forEach((event) => button.addEventListener(event, light(true)));
    ["mouseleave", "blur"].forEach((event) => button.addEventListener(event, light(false)));
  }

  // Of a place outside the first view the head stands at the edge; of hundreds that would be a wall.
  const isOff = (pin, { x, y }, size) =>
    !crowd && !home.contains(pin.at) && (x < 0 || y < 0 || x > size.x || y > size.y);

  /* What the names of the base map must not cover: the boxes of the pins, where the map stands now. */
  let boxes = [];
  const shift = (box, { x, y }) => [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
  const occupied = () => boxes.map((box) => shift(box, map.layerPointToContainerPoint([0, 0])));

  function spread() {
    const size = map.getSize();
    const tools = plain ? [] : [[size.x - 50, 0, size.x, 124]];
    if (steps) tools.push([0, size.y - 52, steps.offsetWidth + 16, size.y]);
    const { alone, groups } = crowd ? crowd(current && current.pin) : { alone: pins, groups: [] };
    alone.filter((pin) => !pin.box).forEach(build);
    const taken = spreadPins(map, alone, [...tools, ...groups], isOff);
    boxes = taken.map((box) => shift(box, map.containerPointToLayerPoint([0, 0])));
  }

  /* ---- the dialog ---- */

  const dock = make("div", "sm-dock");
  const said = make("p", "sm-said");
  said.setAttribute("role", "status");
  frame.parentNode.append(dock, said);
  const popup = L.popup({
    className: "sm-popup", closeButton: false, closeOnClick: false, closeOnEscapeKey: false, autoClose: false,
    minWidth: 240, maxWidth: 330, autoPan: false,
  });
  let current = null; // the open pin and what had the focus before
  const isOpen = (pin) => Boolean(current && current.pin === pin);

  function quote(text) {
    const item = make("li");
    const line = make(text.href ? "a" : "span", "sm-quote");
    if (text.href) {
      line.href = text.href;
      if (text.href[0] !== "#") {
        line.target = "_blank";
        line.rel = "noopener";
        line.title = phrases.new_tab;
      }
      line.addEventListener("click", () => {
        if (text.href[0] === "#" && dock.firstChild) close(false);
      });
    }
    line.append(...text.parts.map((part, i) => (i % 2 ? make("mark", "", part) : part)));
    line.lang = story.lang;
    line.dir = "auto";
    item.append(line);
    return item;
  }

  function describe(pin) {
    const place = pin.place;
    const card = make("div", "sm-card");
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "sm-title");
    card.tabIndex = -1;
    const title = make("h2", "sm-title", place.name);
    title.id = "sm-title";
    title.lang = story.lang;
    title.dir = "auto";
    const head = make("div", "sm-head");
    const words = make("div");
    words.append(title, make("p", "sm-line", place.line));
    head.append(number(place), words);
    if (!still) head.append(makeButton("sm-close", "×", phrases.close, () => close(true)));
    const body = make("div", "sm-body");
    if (place.doubt) body.append(make("p", "sm-doubt", place.doubt));
    const list = make("ol", "sm-quotes");
    list.append(...place.quotes.slice(0, QUOTES).map(quote));
    body.append(list);
    const rest = place.quotes.slice(QUOTES);
    if (rest.length) {
      const text = rest.length === 1 ? phrases.more_one : phrases.more_many.replace("{count}", rest.length);
      const more = makeButton("sm-more", text, "", () => {
        list.append(...rest.map(quote));
        more.remove();
        reveal(pin);
        const next = list.children[QUOTES].querySelector("a") || card;
        next.focus({ preventScroll: next === card });
      });
      body.append(more);
    }
    card.append(head, body);
    return card;
  }

  const covered = () =>
    dock.firstChild ? Math.max(0, frame.getBoundingClientRect().bottom - dock.firstChild.getBoundingClientRect().top) : 0;

  /* Move the map so that the pin and its popup are seen. */
  function reveal(pin) {
    const gap = 10;
    const size = map.getSize();
    const point = map.latLngToContainerPoint(pin.at);
    let left = point.x - 30;
    let right = point.x + 30;
    let top = point.y + pin.y - 24;
    const bottom = point.y + 16 + covered();
    if (!dock.firstChild) {
      // Sideways the popup gives way, not the map: its tip stays at the pin.
      const box = popup.getElement();
      const half = box.offsetWidth / 2;
      top -= box.firstChild.offsetHeight + 8;
      const free = size.x - gap - (top < 130 ? 44 : 0);
      const middle = Math.max(gap + half, Math.min(free - half, point.x + pin.x));
      const aside = Math.max(26 - half, Math.min(half - 26, middle - point.x - pin.x));
      popup.options.offset = L.point(pin.x + aside, pin.y - 11);
      popup.update();
      box.lastChild.style.left = half - aside + "px";
      right = Math.max(right, point.x + pin.x + aside + half + size.x - gap - free);
    }
    let dx = 0;
    let dy = 0;
    if (right > size.x - gap) dx = right - size.x + gap;
    if (left - dx < gap) dx = left - gap;
    if (bottom > size.y - gap) dy = bottom - size.y + gap;
    if (top - dy < gap) dy = top - gap;
    if (dx || dy) ours(true, () => map.panBy([dx, dy], { animate: !calm }));
  }

  /* Go to a place, so that its popup has room above it: to an area no nearer than to see it whole, and never so far out
   * that the story becomes a speck in a large country. */
  function fly(pin) {
    const half = map.getSize().divideBy(2);
    const extent = areas.bounds(pin.place.n - 1);
    const zoom = extent ? Math.min(nearest(), Math.max(map.getBoundsZoom(extent), map.getBoundsZoom(home))) : nearest();
    const height = dock.firstChild ? -covered() : popup.getElement().offsetHeight;
    const down = Math.max(-half.y + 50, Math.min(half.y - 60, height / 2 + 14));
    const centre = map.unproject(map.project(pin.at, zoom).subtract([0, down]), zoom);
    map.once("moveend", () => isOpen(pin) && reveal(pin));
    ours(true, () => (calm ? map.setView(centre, zoom, { animate: false }) : map.flyTo(centre, zoom, { duration: 0.9 })));
  }

  function light({ place, box, button, marker }, on) {
    box.classList.toggle("is-open", on);
    button.setAttribute("aria-expanded", on);
    marker.setZIndexOffset(on ? 6000 : 0);
    areas.light(place.n - 1, on);
    document.querySelectorAll('[data-pin="' + place.n + '"]').forEach((name) => name.classList.toggle("is-open", on));
  }

  /* from gets the focus when the dialog is closed; a step goes to the place, and may leave the focus where it is. */
  function open(pin, from, step, stay) {
    if (current) close(false);
    current = { pin, from };
    // Far off, the whole shows how far; the base map has its detail at home only.
    if (pin.off && !step) fit(false, whole);
    if (crowd) spread();
    light(pin, true);
    const size = map.getSize();
    const card = describe(pin);
    if (size.x < 520 || size.y < 380) {
      dock.append(card);
      frame.classList.add("is-docked");
      // The name that was chosen in the text stays in sight.
      const hidden = from.getBoundingClientRect().bottom + 12 - card.getBoundingClientRect().top;
      if (!step && !frame.contains(from) && hidden > 0) window.scrollBy({ top: hidden, behavior: scrolling });
    } else {
      card.lastChild.style.maxHeight = Math.min(340, size.y - 170) + "px";
      popup.setLatLng(pin.at).setContent(card).openOn(map);
      // From the list below the article the map is out of sight.
      if (frame.getBoundingClientRect().bottom < size.y / 2) frame.scrollIntoView({ block: "nearest", behavior: scrolling });
    }
    (step ? fly : reveal)(pin);
    if (!stay) card.focus({ preventScroll: true });
    map.fire("sm-open", { number: pin.place.n, stay });
  }

  function close(back) {
    if (!current) return;
    const { pin, from } = current;
    current = null;
    light(pin, false);
    dock.replaceChildren();
    frame.classList.remove("is-docked");
    map.closePopup(popup);
    if (!back) return;
    from.focus({ preventScroll: frame.contains(from) });
    if (!moved) fit(true, resting);
    if (crowd) spread();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
  map.on("click", () => close(false));

  /* Names in the article open their pins. */
  if (!still) document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (!link || frame.contains(link) && !link.matches(".sm-quote")) return;
    const pin = pins[Number(link.dataset.pin) - 1];
    if (pin) {
      event.preventDefault();
      open(pin, link);
    } else if (window.parent !== window) {
      // In a frame a fragment may lead to the page around it (srcdoc), or nowhere (sandbox).
      const target = document.getElementById(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      document.querySelectorAll(".is-target").forEach((old) => old.classList.remove("is-target"));
      target.classList.add("is-target");
      target.scrollIntoView({ block: "center", behavior: scrolling });
    }
  });

  /* ---- gestures: the page scrolls, unless the reader means the map ---- */

  const hint = make("p", "sm-hint");
  hint.setAttribute("aria-hidden", "true");
  frame.append(hint);
  let fading = 0;
  function show(text) {
    hint.textContent = text;
    hint.classList.add("is-shown");
    window.clearTimeout(fading);
    fading = window.setTimeout(() => hint.classList.remove("is-shown"), 1400);
  }

  const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
  frame.addEventListener("wheel", (event) => {
    if (still) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      map.scrollWheelZoom.enable();
    } else {
      map.scrollWheelZoom.disable();
      if (!event.target.closest(".sm-card")) show(phrases.hint_wheel.replace("{key}", mac ? "⌘" : phrases.ctrl));
    }
  }, { capture: true, passive: false });
  frame.addEventListener("pointerdown", (event) => {
    if (!still) map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
  }, true);
  frame.addEventListener("touchmove", (event) => {
    if (!still && event.touches.length === 1 && !event.target.closest(".sm-card")) show(phrases.hint_touch);
  }, { passive: true });

  /* ---- buttons ---- */

  function addBar(position, className, ...tools) {
    const bar = L.control({ position });
    const box = make("div", className);
    box.append(...tools);
    L.DomEvent.disableClickPropagation(box);
    bar.onAdd = () => box;
    bar.addTo(map);
    return box;
  }

  if (!plain) addBar("topright", "sm-bar",
    makeTool("in", phrases.zoom_in, () => map.zoomIn(1, { animate: !calm })),
    makeTool("out", phrases.zoom_out, () => map.zoomOut(1, { animate: !calm })),
    makeTool("fit", phrases.fit, () => {
      const again = !moved && shown === home;
      close(false);
      resting = home;
      fit(true, again ? whole : home);
    }));

  if (still) {
    ["dragging", "touchZoom", "doubleClickZoom", "boxZoom", "keyboard"].forEach((way) => map[way].disable());
    map.getPane("mapPane").inert = true;
    frame.removeAttribute("tabindex");
  }

  /* ---- reading: the map goes to the places of a paragraph, but never against the reader ---- */

  map.story = {
    places: story.pins,
    show: (number, focus) => open(pins[number - 1], frame, true, !focus),
    following: true,
    follow(numbers) {
      resting = home;
      if (!map.story.following || still) return;
      const [first, ...others] = numbers;
      if (first) resting = L.latLngBounds(numbers.map((number) => pins[number - 1].at));
      if (first && !others.length) resting = areas.bounds(first - 1) || resting;
      if (!moved && !current) fit(true, resting);
    },
    release() { moved = false; },
  };

  /* ---- first view, and every new size ---- */

  fit(false, home);
  const crowd = typeof gatherPins === "function" && gatherPins(map, pins, { addMarker, phrases, said });
  const steps = pins.length > 1 && addSteps(map, story, {
    open: (number, ...how) => open(pins[number - 1], ...how),
    current: () => current, close, calm, flags, plain, still, said, dock, addBar,
  });
  spread();
  if (crowd) map.on("moveend", spread);
  else map.on("zoomend", spread).on("move", () => home.contains(whole) || spread());
  // After ours, so that the base map's names find the pins in their new places.
  const ground = drawBasemap(map, story.basemap, { avoid: occupied });
  const areas = drawAreas(map, story.pins.map((place) => place.shape), ground.decode);
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false, pan: false });
    if (!moved && !current) fit(false, shown);
    spread();
    ground.refresh();
  }).observe(frame);
}
