/* On a narrow screen the map above the article shrinks to a strip as one reads on. */
"use strict";

(function () {
  const figure = document.querySelector(".story-map");
  const narrow = window.matchMedia("(max-width: 899px)");
  let waiting = false;

  function look() {
    waiting = false;
    const hidden = -figure.getBoundingClientRect().top;
    figure.classList.toggle("is-strip", narrow.matches && hidden > figure.offsetHeight - 150 - 24);
  }

  window.addEventListener("scroll", function () {
    if (!waiting) window.requestAnimationFrame(look);
    waiting = true;
  }, { passive: true });
  look();
})();
