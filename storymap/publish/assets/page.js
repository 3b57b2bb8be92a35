/* The page with the article: on a narrow screen the map above it shrinks to a strip as one reads on, the map goes to
 * the places of the paragraph being read, and the list of places can be narrowed. */
"use strict";

(function () {
  const STAY = 300; // ms that a paragraph is read before the map goes there: who scrolls past is not reading
  const TOP = 60; // px: above it the whole story is shown
  const figure = document.querySelector(".story-map");
  const narrow = window.matchMedia("(max-width: 899px)");
  const { story } = map_story;
  let waiting = false;
  let reading = []; // the numbers of the paragraph's pins
  let timer = 0;

  function read(numbers) {
    if (String(numbers) === String(reading)) return;
    reading = numbers;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => story.follow(reading), STAY);
  }

  function look() {
    waiting = false;
    const hidden = -figure.getBoundingClientRect().top;
    figure.classList.toggle("is-strip", narrow.matches && hidden > figure.offsetHeight - 150 - 24);
    if (window.scrollY < TOP) read([]);
  }

  window.addEventListener("scroll", () => {
    if (!waiting) window.requestAnimationFrame(look);
    waiting = true;
  }, { passive: true });
  look();

  const watcher = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
    const numbers = [...target.querySelectorAll("[data-pin]")].map((name) => Number(name.dataset.pin));
    if (isIntersecting && numbers.length && window.scrollY >= TOP) read([...new Set(numbers)]);
  }), { rootMargin: "-42% 0px -52% 0px" });
  document.querySelectorAll(".story-text > *").forEach((block) => watcher.observe(block));

  const bar = figure.querySelector(".sm-steps");
  if (bar) {
    const button = makeTool("follow", figure.dataset.follow, () => {
      story.following = !story.following;
      button.setAttribute("aria-pressed", story.following);
      if (story.following) story.release();
      story.follow(reading);
    });
    button.setAttribute("aria-pressed", "true");
    bar.append(button);
  }

  const filter = document.querySelector(".filter");
  if (filter) {
    const rows = document.querySelectorAll(".place");
    const fields = [...filter.querySelectorAll("select")];
    filter.hidden = false;
    filter.addEventListener("change", () => {
      rows.forEach((row) => {
        row.hidden = fields.some(({ name, value }) => value && !row.dataset[name].split("|").includes(value));
      });
      const left = document.querySelectorAll(".place:not([hidden])").length;
      filter.querySelector("output").textContent = left + " / " + rows.length;
    });
  }
})();
