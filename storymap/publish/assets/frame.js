/* map.html inside another page. It tells that page the height it wants, at once in the words of all scripts that such
 * pages may have: our own, pym.js, AMP, Datawrapper and WordPress. With a page that has story-sync.js, of an origin that
 * may, it speaks of places and quotes. All messages are in docs/embedding.md. */

(function () {
  if (parent === window) return;
  const { story } = map_story;
  const { flags } = story;

  /* ---- the height: two thirds of the width, and enough for a dialog, as the style in the snippets has it ---- */

  // What pym.js and WordPress know the frame by.
  const pym = flags.get("childId");
  const wp = (/secret=(\w+)/.exec(location.hash) || [])[1];
  const send = (word, to = "*") => parent.postMessage(word, to);
  let width = 0;

  function tellSize() {
    width = innerWidth;
    const height = Math.max(380, Math.round(width / 1.5));
    send({ storymap: "height", height, label: map_story.getContainer().ariaLabel });
    send({ sentinel: "amp", type: "embed-size", height });
    send({ "datawrapper-height": { [name || "storymap"]: height } });
    if (wp) send({ message: "height", value: height, secret: wp });
    if (pym) send(["pym", pym, "height", height].join("xPYMx"));
  }
  addEventListener("resize", () => innerWidth === width || tellSize());
  tellSize();

  /* ---- places and quotes ---- */

  // A link has an origin, whatever is written in it.
  const originOf = (href) => Object.assign(document.createElement("a"), { href }).origin;
  const hosts = [location.href, document.body.dataset.article, flags.get("host")].map(originOf);
  let host = ""; // the origin of the page, once it has said hello
  let found = []; // the sentences that stand in it
  const say = (kind, more) => host && send({ storymap: kind, ...more }, host);

  // By turns plain and names, as the page marks them.
  const NUL = "\0"; // no page may hold one
  const quotesOf = (place) => findAll(".sm-quote", place).map(({ href, childNodes }) => ({
    href,
    parts: [...childNodes].map(({ data, textContent }) => data || NUL + textContent + NUL).join("").split(NUL),
  }));

  const heard = {
    hello({ page }, origin) {
      host = origin;
      // The map may have been made before the article had an address.
      const link = originOf(page) === origin && page;
      if (link) findAll(".sm-quote:not([href])").forEach((quote) => {
        Object.assign(quote, { href: link, target: "_blank", rel: "noopener" });
      });
      say("places", { places: findAll(".place").map((place, i) => ({ n: i + 1, quotes: quotesOf(place) })) });
    },
    found({ sentences }) {
      found = [].concat(sentences);
    },
    open({ place, focus }) {
      if (story.pins.find(({ n }) => n === place)) story.show(place, focus === true);
    },
  };

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || !data) return;
    if (data.storymap === "size" || data.message === "ready" || pym && typeof data === "string") tellSize();
    // Files and sandboxed pages all have the origin "null".
    else if (origin !== "null" && hosts.includes(origin) && Object.hasOwn(heard, data.storymap)) heard[data.storymap](data, origin);
  });

  map_story.on("sm-open", ({ number }) => say("open", { place: number }));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && say("back"));
  document.addEventListener("click", (event) => {
    const quote = event.target.closest(".sm-quote[href]");
    if (!quote || event.ctrlKey || event.metaKey) return;
    if (found.includes(quote.textContent)) say("quote", { sentence: quote.textContent });
    // WordPress lets a frame open no window, but asks to be told.
    else if (wp) send({ message: "link", value: quote.href, secret: wp });
    else return;
    event.preventDefault();
  });
})();
