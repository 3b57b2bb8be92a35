/* For the page of the article: <script src="https://…/story-sync.js" async></script> ties it to the map of the folder in
 * which this script lies. Names in the text open their pins; a quote on the map leads to its sentence in the text. It
 * finds the sentences by their words, and puts spans and links around them. Nothing is stored, nothing is requested. The
 * messages are in docs/embedding.md.
 *
 * data-map: the address of the folder, if the script lies elsewhere; data-article: a selector of the article's text. */
"use strict";

(function () {
  const script = document.currentScript;
  const folder = new URL(".", script.dataset.map || script.src);
  const UNREAD = "script, style, noscript, template, textarea, select, iframe, story-map, svg, nav";
  const BLANK = /[\s\u00ad\u200b-\u200d\u2060\ufeff]/; // and aids of hyphenation, which readers of pages drop
  const behavior = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  /* ---- the frames ---- */

  const frames = () => [...document.querySelectorAll("iframe, story-map")]
    .map((element) => (element.shadowRoot ? element.shadowRoot.querySelector("iframe") : element))
    .filter((frame) => frame && frame.src && frame.src.startsWith(folder.href));
  const isolated = (frame) => frame.hasAttribute("sandbox") && !frame.sandbox.contains("allow-same-origin");

  function say(frame, kind, more) {
    // An isolated frame has no origin that could be named; what it is told is no secret.
    frame.contentWindow.postMessage({ storymap: kind, ...more }, isolated(frame) ? "*" : folder.origin);
  }

  /* ---- where the sentences stand ---- */

  const squeeze = (text) => text.split("").filter((char) => !BLANK.test(char)).join("");

  /* Return the text of an element without its blanks, and where each of its characters stands. */
  function readText(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(UNREAD) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const at = [];
    let text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      text += squeeze(node.data);
      for (let i = 0; i < node.data.length; i += 1) if (!BLANK.test(node.data[i])) at.push([node, i]);
    }
    return { text, at };
  }

  /* Return the sentences that the pins quote: each once, with the place that each of its characters names, blanks left
   * out; the longest first. */
  function collect(places) {
    const found = new Map();
    places.forEach(({ n, quotes }) => quotes.forEach(({ parts }) => {
      const text = parts.join("");
      const key = squeeze(text);
      if (!key) return;
      if (!found.has(text)) found.set(text, { text, key, names: new Array(key.length).fill(0) });
      parts.map(squeeze).reduce((at, part, i) => {
        if (i % 2) found.get(text).names.fill(n, at, at + part.length);
        return at + part.length;
      }, 0);
    }));
    return [...found.values()].sort((a, b) => b.key.length - a.key.length);
  }

  /* Return where in a text the sentences begin, the last one first; none is looked for inside another. */
  function locate(text, sentences) {
    const taken = [];
    sentences.forEach((sentence) => {
      const { length } = sentence.key;
      const isFree = (start) => taken.every((one) => start + length <= one.start || one.start + one.sentence.key.length <= start);
      let start = text.indexOf(sentence.key);
      while (start >= 0 && !isFree(start)) start = text.indexOf(sentence.key, start + 1);
      if (start >= 0) taken.push({ sentence, start });
    });
    return taken.sort((a, b) => b.start - a.start);
  }

  /* Return the element that holds the most sentences, of several the innermost. */
  function findArticle(sentences) {
    const roots = [...document.querySelectorAll(script.dataset.article || "article, main, body")].reverse();
    return roots.map((root) => {
      const page = readText(root);
      return { at: page.at, located: locate(page.text, sentences) };
    }).reduce((best, one) => (one.located.length > best.located.length ? one : best), { at: [], located: [] });
  }

  /* ---- the anchors ---- */

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":where(.storymap-name){color:inherit;text-decoration:underline dotted;text-underline-offset:.2em}" +
    ":where(.storymap-marked,.storymap-open){color:#1b1d1f;background:#ffe9a8}",
  );
  const anchors = new Map(); // a sentence -> the elements around its pieces
  let lender = null; // the name that gave the map the focus

  function mark(className, elements) {
    document.querySelectorAll("." + className).forEach((old) => old.classList.remove(className));
    elements.forEach((element) => element.classList.add(className));
  }

  /* Put an element around a stretch of one text node. */
  function wrap(frame, node, start, end, place) {
    const open = place && !node.parentElement.closest("a, button, summary, label");
    const element = document.createElement(open ? "a" : "span");
    if (place) element.dataset.storymapPlace = place;
    if (open) {
      element.className = "storymap-name";
      element.href = frame.src.split("#")[0] + "#place-" + place;
      element.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        frame.scrollIntoView({ block: "nearest", behavior });
        // By keyboard the focus goes along, and comes back.
        const focus = event.detail === 0;
        lender = focus ? element : null;
        if (focus) frame.focus({ preventScroll: true });
        say(frame, "open", { place, focus });
      });
    }
    const piece = node.splitText(start);
    piece.splitText(end - start);
    piece.replaceWith(element);
    element.append(piece);
    return element;
  }

  /* Anchor a sentence from its end to its beginning, because what stands before stays where it was; return the elements. */
  function anchor(frame, at, start, { names }) {
    const pieces = [];
    const spot = (i) => at[start + i] || [];
    for (let to = names.length; to > 0;) {
      const place = names[to - 1];
      const [node] = spot(to - 1);
      let from = to - 1;
      while (from > 0 && spot(from - 1)[0] === node && names[from - 1] === place) from -= 1;
      // The blanks around a name belong to the sentence, not to the name.
      const joins = (i) => !place && i > 0 && i < names.length && spot(i - 1)[0] === node && spot(i)[0] === node;
      const begin = joins(from) ? spot(from - 1)[1] + 1 : spot(from)[1];
      const end = joins(to) ? spot(to)[1] : spot(to - 1)[1] + 1;
      pieces.unshift(wrap(frame, node, begin, end, place));
      to = from;
    }
    return pieces;
  }

  function tie(frame, places) {
    if (!anchors.size) {
      const { at, located } = findArticle(collect(places));
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      located.forEach(({ start, sentence }) => anchors.set(sentence.text, anchor(frame, at, start, sentence)));
      [...anchors.values()].reverse().forEach(([first], i) => { first.id = first.id || "storymap-s" + (i + 1); });
    }
    say(frame, "found", { sentences: [...anchors.keys()] });
  }

  /* ---- what the map says ---- */

  const heard = {
    // It is there, for the first time or anew.
    height: (frame) => say(frame, "hello", { page: window.location.href.split("#")[0] }),
    places: (frame, { places }) => tie(frame, places),
    open: (_, { place }) => mark("storymap-open", document.querySelectorAll('[data-storymap-place="' + Number(place) + '"]')),
    quote(_, { sentence }) {
      const pieces = anchors.get(sentence) || [];
      mark("storymap-marked", pieces);
      if (!pieces.length) return;
      if (!pieces[0].href) pieces[0].tabIndex = -1;
      pieces[0].focus({ preventScroll: true });
      pieces[0].scrollIntoView({ block: "center", behavior });
    },
    back() {
      if (lender) lender.focus({ preventScroll: true });
      lender = null;
    },
  };

  window.addEventListener("message", ({ source, origin, data }) => {
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame || origin !== (isolated(frame) ? "null" : folder.origin)) return;
    if (data && Object.hasOwn(heard, data.storymap)) heard[data.storymap](frame, data);
  });
  frames().forEach((frame) => frame.contentWindow.postMessage({ storymap: "size" }, "*"));
})();
