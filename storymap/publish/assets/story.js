/* The pins of a story on a Leaflet map, and the dialog that quotes the article.
 *
 * drawStory(map, source): map is an L.map, source the script element with the story as JSON (storymap/publish/draw.py).
 * Text of the article reaches the page through textContent alone. Nothing is stored, nothing is requested. */
"use strict";

function drawStory(map, source) {
  const story = JSON.parse(source.textContent);
  const phrases = story.phrases;
  const frame = map.getContainer();
  const page = document.documentElement;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const theme = new URLSearchParams(window.location.search).get("theme");
  if (theme === "dark" || theme === "light") page.dataset.theme = theme;
  page.classList.add("has-script");

  const HEAD = 27; // width of a pin's head in px; story.css draws it so
  const STEM = 25; // from the point to the centre of the head
  const QUOTES = 3; // so many quotes are shown, the rest on demand

  function make(name, className, text) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function makeButton(className, text, label, action) {
    const button = make("button", className, text);
    button.type = "button";
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", action);
    return button;
  }

  /* ---- the map and its view ---- */

  frame.classList.add("sm-map");
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", story.label);
  map.attributionControl.setPrefix(false).addAttribution(phrases.credit);
  map.setMaxZoom(story.basemap.max_zoom);

  const home = L.latLngBounds(story.view);
  const whole = L.latLngBounds(story.whole);
  let shown = home;
  let moving = 0; // we move the map ourselves: a time stamp until when
  let moved = false; // the reader, or a script of theirs, moved it: leave it there

  function ours(animate, move) {
    moving = Infinity;
    move();
    moving = animate ? performance.now() + 500 : 0;
  }

  function fit(animate, bounds) {
    shown = bounds || home;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const side = Math.min(56, size.x * 0.11);
    ours(animate, function () {
      map.fitBounds(shown, {
        // On the right there are the buttons.
        paddingTopLeft: [side, Math.max(42, Math.min(64, size.y * 0.16))],
        paddingBottomRight: [Math.max(side, 62), Math.max(20, Math.min(40, size.y * 0.1))],
        maxZoom: map.getMaxZoom(),
        animate: animate && !calm,
      });
    });
    moved = false;
  }

  map.on("movestart", function () {
    if (performance.now() > moving) moved = true;
  });

  /* ---- pins ---- */

  // Points and stems lie below all heads, whichever pin they belong to.
  map.createPane("sm-feet").style.zIndex = 590;

  function addMarker(at, element, pane) {
    const icon = L.divIcon({ className: "sm-anchor", html: element, iconSize: [0, 0] });
    return L.marker(at, { icon, pane, keyboard: false, interactive: false }).addTo(map);
  }

  const pins = story.pins.map(function (place) {
    const box = make("div", "sm-marker" + (place.area ? " is-area" : "") + (place.doubt ? " is-doubtful" : ""));
    const stem = make("span", "sm-stem");
    const button = makeButton("sm-pin", undefined, place.n + " " + place.name + ", " + place.line, function () {
      open(pin, button);
    });
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(make("span", "sm-number", String(place.n)));
    const name = make("span", "sm-name", place.name);
    name.dir = "auto";
    name.lang = story.lang;
    const arrow = make("span", "sm-arrow");
    button.append(" ", name, arrow);
    const foot = make("div", box.className);
    foot.append(stem, make("span", "sm-dot"));
    box.append(button);
    L.DomEvent.on(button, "click dblclick", L.DomEvent.stopPropagation);
    addMarker(place.at, foot, "sm-feet");
    const marker = addMarker(place.at, box, "markerPane");
    const pin = { place, box, foot, stem, button, name, arrow, marker, x: 0, y: 0, off: false };
    button.addEventListener("focus", function () {
      marker.setZIndexOffset(5000);
      // A browser scrolls a focused element into its box; Leaflet's box must never be scrolled, so the map moves.
      frame.scrollTop = frame.scrollLeft = 0;
      if (!pin.off && !map.getBounds().contains(place.at)) ours(true, function () { map.panTo(place.at, { animate: !calm }); });
    });
    button.addEventListener("blur", function () {
      marker.setZIndexOffset(0);
    });
    ["mouseenter", "focus"].forEach(function (name) {
      button.addEventListener(name, function () { areas.light(place.n - 1, true); });
    });
    ["mouseleave", "blur"].forEach(function (name) {
      button.addEventListener(name, function () { areas.light(place.n - 1, current && current.pin === pin); });
    });
    return pin;
  });

  /* Heads that would cover each other move apart; their stems still end at the true points. */
  function spread() {
    const spots = pins.map(function (pin) {
      const point = map.latLngToContainerPoint(pin.place.at);
      return { at: point, x: point.x, y: point.y - (pin.place.area ? 0 : STEM), lift: pin.place.area ? 0 : STEM };
    });
    spots.forEach(function (spot, i) {
      spot.off = isOff(pins[i], spot.at);
      if (spot.off) sendToEdge(spot);
    });
    fan(spots);
    for (let round = 0; round < 140; round++) {
      let still = true;
      for (let i = 0; i < spots.length; i++) {
        for (let j = i + 1; j < spots.length; j++) {
          const a = spots[i];
          const b = spots[j];
          let dx = b.x - a.x;
          let dy = b.y - a.y;
          if (Math.abs(dx) >= HEAD + 2 || Math.abs(dy) >= HEAD + 2) continue;
          let apart = Math.hypot(dx, dy);
          // The heads are round, what a finger hits is square.
          const square = Math.max(Math.abs(dx), Math.abs(dy));
          if (apart >= HEAD + 2 && square >= HEAD - 2) continue;
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
          still = false;
        }
      }
      // A head should not hide the point of another pin either; in a crowd the heads go first.
      if (round < 80) spots.forEach(function (head, i) {
        spots.forEach(function (other, j) {
          if (i === j || pins[j].place.area || other.off) return;
          const dx = head.x - other.at.x;
          const dy = head.y - other.at.y;
          const apart = Math.hypot(dx, dy);
          if (apart >= HEAD / 2 + 4 || apart < 0.01) return;
          head.x += dx / apart * 2;
          head.y += dy / apart * 2;
          still = false;
        });
      });
      spots.forEach(keepAtEdge);
      if (still) break;
    }
    spots.forEach(function (spot, i) {
      const pin = pins[i];
      pin.off = spot.off;
      pin.box.classList.toggle("is-off", spot.off);
      pin.foot.classList.toggle("is-off", spot.off);
      if (spot.off) pin.arrow.style.transform = "rotate(" + Math.atan2(spot.at.y - spot.y, spot.at.x - spot.x) + "rad)";
      pin.x = Math.round(spot.x - spot.at.x);
      pin.y = Math.round(spot.y - spot.at.y);
      const length = Math.hypot(pin.x, pin.y);
      pin.button.style.transform = "translate(" + pin.x + "px," + pin.y + "px)";
      pin.stem.style.height = length + "px";
      pin.stem.style.transform = "rotate(" + (Math.atan2(pin.y, pin.x) * 180 / Math.PI - 90) + "deg)";
      pin.foot.classList.toggle("is-moved", length > 3 + spot.lift || (pin.place.area && length > 3));
    });
    writeNames(spots);
  }

  /* Of a pin outside the map, the head stands at the edge, and an arrow on it points to where it belongs. */
  function isOff(pin, { x, y }) {
    const size = map.getSize();
    return !home.contains(pin.place.at) && (x < 0 || y < 0 || x > size.x || y > size.y);
  }

  function sendToEdge(spot) {
    const middle = map.getSize().divideBy(2);
    const way = spot.at.subtract(middle);
    const part = Math.min(middle.x / Math.abs(way.x), middle.y / Math.abs(way.y));
    spot.x = middle.x + way.x * part;
    spot.y = middle.y + way.y * part;
  }

  function keepAtEdge(spot) {
    if (!spot.off) return;
    const size = map.getSize();
    const inset = HEAD / 2 + 10;
    const bar = spot.y < 124 + inset ? 46 : 0; // the buttons
    spot.x = Math.max(inset, Math.min(size.x - inset - bar, spot.x));
    spot.y = Math.max(inset, Math.min(size.y - inset - 14, spot.y));
  }

  /* Heads of pins at one point stand around it like a fan, the first on the left. */
  function fan(spots) {
    const left = new Set(spots);
    spots.forEach(function (spot) {
      const twins = [...left].filter(function (other) {
        return !other.off && Math.hypot(other.at.x - spot.at.x, other.at.y - spot.at.y) < 2;
      });
      if (!left.has(spot) || twins.length < 2) return;
      const step = Math.min(1, 5.6 / twins.length);
      const radius = (HEAD + 3) / 2 / Math.sin(step / 2);
      twins.forEach(function (twin, k) {
        const angle = (k - (twins.length - 1) / 2) * step;
        twin.x = spot.at.x + radius * Math.sin(angle);
        twin.y = spot.at.y - radius * Math.cos(angle);
        left.delete(twin);
      });
    });
  }

  /* A name stands right or left of its head, or under it, where it covers nothing; else it is not shown. */
  function writeNames(spots) {
    const half = HEAD / 2;
    const taken = [];
    spots.forEach(function (spot) {
      taken.push([spot.x - half, spot.y - half, spot.x + half, spot.y + half]);
      if (!spot.off) taken.push([spot.at.x - 4, spot.at.y - 4, spot.at.x + 4, spot.at.y + 4]);
    });
    const size = map.getSize();
    taken.push([size.x - 50, 0, size.x, 124]); // the buttons
    const widths = pins.map(function (pin) {
      return [pin.name.offsetWidth, pin.name.offsetHeight];
    });
    pins.forEach(function (pin, i) {
      const { x, y } = spots[i];
      const [width, height] = widths[i];
      const sides = {
        right: [x + half + 2, y - height / 2, x + half + 2 + width, y + height / 2],
        left: [x - half - 2 - width, y - height / 2, x - half - 2, y + height / 2],
        above: [x - width / 2, y - half - 1 - height, x + width / 2, y - half - 1],
        below: [x - width / 2, y + half + 1, x + width / 2, y + half + 1 + height],
      };
      const side = Object.keys(sides).find(function (key) {
        const [west, north, east, south] = sides[key];
        const seen = x < 0 || y < 0 || x > size.x || y > size.y || (west > 2 && east < size.x - 2 && north > 2);
        // An upright pin's own point lies under its head: the name below would hide it.
        if (!seen || (key === "below" && !pin.place.area)) return false;
        return taken.every(function (box) {
          return east < box[0] || west > box[2] || south < box[1] || north > box[3];
        });
      });
      pin.name.dataset.side = side || "none";
      if (side) taken.push(sides[side]);
    });
    const shift = map.containerPointToLayerPoint([0, 0]);
    boxes = taken.map(function (box) {
      return [box[0] + shift.x, box[1] + shift.y, box[2] + shift.x, box[3] + shift.y];
    });
  }

  /* What the names of the base map must not cover: the boxes of the pins, where the map stands now. */
  let boxes = [];
  function occupied() {
    const shift = map.layerPointToContainerPoint([0, 0]);
    return boxes.map(function (box) {
      return [box[0] + shift.x, box[1] + shift.y, box[2] + shift.x, box[3] + shift.y];
    });
  }

  /* ---- the dialog ---- */

  const dock = make("div", "sm-dock");
  frame.parentNode.append(dock);
  const popup = L.popup({
    className: "sm-popup", closeButton: false, closeOnClick: false, closeOnEscapeKey: false, autoClose: false,
    minWidth: 240, maxWidth: 330, autoPan: false,
  });
  let current = null; // the open pin and what had the focus before

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
      line.addEventListener("click", function () {
        if (text.href[0] === "#" && dock.firstChild) close(false);
      });
    }
    text.parts.forEach(function (part, i) {
      line.append(i % 2 ? make("mark", "", part) : part);
    });
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
    const shut = makeButton("sm-close", "×", phrases.close, function () {
      close(true);
    });
    head.append(make("span", "sm-number", String(place.n)), words, shut);
    card.append(head);
    const body = make("div", "sm-body");
    if (place.doubt) body.append(make("p", "sm-doubt", place.doubt));
    const list = make("ol", "sm-quotes");
    list.append(...place.quotes.slice(0, QUOTES).map(quote));
    body.append(list);
    const rest = place.quotes.slice(QUOTES);
    if (rest.length) {
      const text = rest.length === 1 ? phrases.more_one : phrases.more_many.replace("{count}", rest.length);
      const more = makeButton("sm-more", text, "", function () {
        const first = list.children.length;
        list.append(...rest.map(quote));
        more.remove();
        reveal(pin);
        const next = list.children[first].querySelector("a") || card;
        next.focus({ preventScroll: next === card });
      });
      body.append(more);
    }
    card.append(body);
    return card;
  }

  /* Move the map so that the pin and its popup are seen. */
  function reveal(pin) {
    const gap = 10;
    const size = map.getSize();
    const point = map.latLngToContainerPoint(pin.place.at);
    let left = point.x - 30;
    let right = point.x + 30;
    let top = point.y + pin.y - 24;
    let bottom = point.y + 16;
    if (dock.firstChild) {
      const covered = frame.getBoundingClientRect().bottom - dock.firstChild.getBoundingClientRect().top;
      bottom += Math.max(0, covered);
    } else {
      // Sideways the popup gives way, not the map: its tip stays at the pin.
      const box = popup.getElement();
      const half = box.offsetWidth / 2;
      top -= box.firstChild.offsetHeight + 8;
      const free = size.x - gap - (top < 130 ? 44 : 0);
      const middle = Math.max(gap + half, Math.min(free - half, point.x + pin.x));
      const aside = Math.max(26 - half, Math.min(half - 26, middle - point.x - pin.x));
      popup.options.offset = L.point(pin.x + aside, pin.y - HEAD / 2 + 2);
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
    if (dx || dy) ours(true, function () { map.panBy([dx, dy], { animate: !calm }); });
  }

  function mark(number, on) {
    document.querySelectorAll('[data-pin="' + number + '"]').forEach(function (name) {
      name.classList.toggle("is-open", on);
    });
  }

  function open(pin, from) {
    if (current) close(false);
    // Far off, the whole shows how far; the base map has its detail at home only.
    if (pin.off) fit(false, whole);
    current = { pin, from };
    pin.box.classList.add("is-open");
    pin.button.setAttribute("aria-expanded", "true");
    pin.marker.setZIndexOffset(6000);
    mark(pin.place.n, true);
    areas.light(pin.place.n - 1, true);
    const size = map.getSize();
    const card = describe(pin);
    if (size.x < 520 || size.y < 380) {
      dock.append(card);
      frame.classList.add("is-docked");
      // The name that was chosen in the text stays in sight.
      const hidden = from.getBoundingClientRect().bottom + 12 - card.getBoundingClientRect().top;
      if (!frame.contains(from) && hidden > 0) window.scrollBy({ top: hidden, behavior: calm ? "auto" : "smooth" });
    } else {
      const body = card.querySelector(".sm-body");
      body.style.maxHeight = Math.min(340, size.y - 170) + "px";
      popup.setLatLng(pin.place.at).setContent(card).openOn(map);
    }
    reveal(pin);
    card.focus({ preventScroll: true });
  }

  function close(back) {
    if (!current) return;
    const { pin, from } = current;
    current = null;
    pin.box.classList.remove("is-open");
    pin.button.setAttribute("aria-expanded", "false");
    pin.marker.setZIndexOffset(0);
    mark(pin.place.n, false);
    areas.light(pin.place.n - 1, false);
    dock.replaceChildren();
    frame.classList.remove("is-docked");
    map.closePopup(popup);
    if (!back) return;
    from.focus({ preventScroll: true });
    if (!moved) fit(true);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && current) close(true);
  });
  map.on("click", function () {
    close(false);
  });

  /* Names in the article open their pins. */
  document.addEventListener("click", function (event) {
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
      document.querySelectorAll(".is-target").forEach(function (old) {
        old.classList.remove("is-target");
      });
      target.classList.add("is-target");
      target.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
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
    fading = window.setTimeout(function () {
      hint.classList.remove("is-shown");
    }, 1400);
  }

  const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
  frame.addEventListener("wheel", function (event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      map.scrollWheelZoom.enable();
    } else {
      map.scrollWheelZoom.disable();
      if (!event.target.closest(".sm-card")) show(phrases.hint_wheel.replace("{key}", mac ? "⌘" : phrases.ctrl));
    }
  }, { capture: true, passive: false });
  frame.addEventListener("pointerdown", function (event) {
    map.dragging[event.pointerType === "touch" ? "disable" : "enable"]();
  }, true);
  frame.addEventListener("touchmove", function (event) {
    if (event.touches.length === 1 && !event.target.closest(".sm-card")) show(phrases.hint_touch);
  }, { passive: true });

  /* ---- buttons ---- */

  const bar = L.control({ position: "topright" });
  bar.onAdd = function () {
    const box = make("div", "sm-bar leaflet-bar");
    const add = function (sign, label, action) {
      const button = makeButton("sm-tool", "", label, action);
      button.title = label;
      button.append(make("span", "sm-sign is-" + sign));
      box.append(button);
    };
    add("in", phrases.zoom_in, function () { map.zoomIn(1, { animate: !calm }); });
    add("out", phrases.zoom_out, function () { map.zoomOut(1, { animate: !calm }); });
    add("fit", phrases.fit, function () { 
      const again = !moved && shown === home;
      close(false);
      fit(true, again ? whole : home);
    });
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  bar.addTo(map);

  /* ---- first view, and every new size ---- */

  fit(false);
  spread();
  map.on("zoomend", spread);
  map.on("move", function () {
    if (!home.contains(whole)) spread();
  });
  // After ours, so that the base map's names find the pins in their new places.
  const ground = drawBasemap(map, story.basemap, { avoid: occupied });
  const areas = drawAreas(map, story.pins.map(function (place) { return place.shape; }), ground.decode);
  new ResizeObserver(function () {
    map.invalidateSize({ animate: false, pan: false });
    if (!moved && !current) fit(false, shown);
    spread();
    ground.refresh();
  }).observe(frame);
}
