/* The page with the article: on a narrow screen the map above it shrinks to a strip as one reads on, the map goes to
 * the places of the paragraph being read, and the list of places can be narrowed, and the map's pins with it. */
"use strict";

(function () {
  const STAY = 300; // ms that a paragraph is read before the map goes there: who scrolls past is not reading
  const TOP = 60; // px: above it the whole story is shown
  const STRIP = 150; // px of the map that stay in sight; article.css says so too
  const figure = document.querySelector(".story-map");
  const narrow = matchMedia("(max-width: 899px)");
  const { story } = map_story;
  let reading = []; // the numbers of the paragraph's pins
  let timer = 0;
  let follows = true;

  function read(numbers) {
    if (String(numbers) === String(reading)) return;
    reading = numbers;
    clearTimeout(timer);
    timer = setTimeout(() => follows && story.follow(reading), STAY);
  }

  function look() {
    const hidden = -figure.getBoundingClientRect().top;
    figure.classList.toggle("is-strip", narrow.matches && hidden > figure.offsetHeight - STRIP - 24);
    if (scrollY < TOP) read([]);
  }
  // A browser sends this once a frame.
  addEventListener("scroll", look, { passive: true });
  look();

  const watcher = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
    const numbers = [...target.querySelectorAll("[data-pin]")].map((name) => Number(name.dataset.pin));
    if (isIntersecting && numbers.length && scrollY >= TOP) read([...new Set(numbers)]);
  }), { rootMargin: "-42% 0px -52% 0px" });
  document.querySelectorAll(".story-text > *").forEach((block) => watcher.observe(block));

  story.tools.follow = (button) => {
    follows = !follows;
    button.ariaPressed = follows;
    story.follow(follows ? reading : [], follows);
  };

  const filter = document.querySelector(".filter");
  if (filter) {
    const rows = [...document.querySelectorAll(".place")];
    const fields = [...filter.querySelectorAll("select")];
    filter.hidden = false;
    filter.addEventListener("change", () => {
      rows.forEach((row, i) => {
        row.hidden = fields.some(({ name, value }) => value && !row.dataset[name].split("|").includes(value));
        story.pins[i].out = row.hidden;
      });
      story.spread();
      filter.querySelector("output").textContent = rows.filter((row) => !row.hidden).length + " / " + rows.length;
    });
  }
})();
