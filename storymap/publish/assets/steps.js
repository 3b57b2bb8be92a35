/* From place to place in the order of the article: addSteps(map, story, tools) adds the control "2 / 7 ‹ ›", its keys,
 * the line of the story's path, and what the address may ask for: #place-3, ?start=3, ?autoplay=8 (seconds).
 * tools are drawStory's own: open(number, from, step, stay), current(), close, calm, flags, plain, still, said, dock, addBar.
 * Returns the control's element, null where there is none. */
"use strict";

function addSteps(map, story, tools) {
  const { phrases, pins } = story;
  const frame = map.getContainer();
  const count = pins.length;
  let at = 0; // the place last opened

  // The focus goes along only if it was in the dialog, which is gone.
  function go(number, from) {
    if (number < 1 || number > count) return;
    const inside = document.activeElement.closest(".sm-card");
    const back = inside && tools.current() ? tools.current().from : from || frame;
    tools.open(number, back, true, !inside);
  }

  function press(button, on) {
    button.setAttribute("aria-pressed", on);
    return on;
  }

  const label = makeElement("span", "sm-count", "– / " + count);
  const back = makeTool("back", phrases.step_back, () => go(at - 1, back));
  const next = makeTool("next", phrases.step_next, () => go(at + 1, next));

  map.createPane("sm-path").style.zIndex = 580;
  let line = null;
  const path = makeTool("path", phrases.path, () => {
    line = line || L.polyline(pins.map((place) => place.at), {
      renderer: L.svg({ pane: "sm-path", padding: 0.5 }), pane: "sm-path", className: "sm-path", interactive: false,
    });
    if (press(path, !map.hasLayer(line))) line.addTo(map);
    else line.remove();
  });
  press(path, false);

  map.on("sm-open", ({ number, stay }) => {
    at = number;
    label.textContent = at + " / " + count;
    back.setAttribute("aria-disabled", at === 1);
    next.setAttribute("aria-disabled", at === count);
    const place = pins[at - 1];
    // Who moved into the dialog hears it; a kiosk is silent.
    tools.said.textContent = stay && !timer ? label.textContent + ": " + place.name + ", " + place.line : "";
  });
  back.setAttribute("aria-disabled", true);

  /* ---- keys: on the map and in the dialog; Shift and an arrow move the map ---- */

  const turns = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 1, End: () => count };
  [frame, tools.dock].forEach((part) => part.addEventListener("keydown", (event) => {
    const turn = turns[event.key];
    if (!turn || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || tools.still) return;
    event.preventDefault();
    event.stopPropagation();
    go(turn(), document.activeElement);
  }));

  /* ---- by itself, for a screen that nobody touches ---- */

  const seconds = Number(tools.flags.get("autoplay")) || 0;
  let timer = 0;
  const play = makeTool("play", phrases.play, () => run(!timer));
  function run(on) {
    window.clearInterval(timer);
    timer = on ? window.setInterval(() => go(at % count + 1), Math.max(seconds, 2) * 1000) : 0;
    play.title = on ? phrases.pause : phrases.play;
    play.setAttribute("aria-label", play.title);
    play.firstChild.className = "sm-sign is-" + (on ? "pause" : "play");
  }
  // Who takes the map in hand is not led on.
  ["pointerdown", "keydown"].forEach((event) => [frame, tools.dock].forEach((part) => part.addEventListener(event, (touch) => {
    if (timer && !play.contains(touch.target)) run(false);
  }, true)));

  function arrive() {
    const hash = /^#place-(\d+)$/.exec(window.location.hash);
    if (hash) go(Number(hash[1]));
    return Boolean(hash);
  }
  function begin() {
    const start = Number(tools.flags.get("start"));
    if (!arrive()) go(start || (seconds ? 1 : 0));
    if (seconds) run(true);
  }
  window.addEventListener("hashchange", arrive);
  // The browser has its own scrolling done by then.
  if (document.readyState === "complete") window.setTimeout(begin);
  else window.addEventListener("load", begin);

  if (tools.plain && !seconds || tools.still) return null;
  const box = tools.addBar("bottomleft", "sm-steps", back, label, next);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", phrases.steps);
  if (!tools.plain) box.append(path);
  if (seconds) box.append(play);
  return box;
}
