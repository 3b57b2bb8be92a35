/* The place table of the story page: sorted by any column, filtered by any word. Without this script it is whole. */
"use strict";

(function () {
  const box = document.getElementById("table");
  const head = [...box.querySelectorAll("thead th")];
  const body = box.querySelector("tbody");
  const rows = [...body.rows];
  const field = document.getElementById("table-filter");
  const first = document.getElementById("table-check");
  const said = box.querySelector("[role=status]");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  let column = 0;
  let down = false;

  function compare(a, b) {
    const [x, y] = [a.cells[column], b.cells[column]];
    if (x.dataset.value !== undefined) return x.dataset.value - y.dataset.value;
    return collator.compare(x.textContent, y.textContent);
  }

  function sort() {
    const doubt = first.getAttribute("aria-pressed") === "true";
    const ordered = [...rows].sort(function (a, b) {
      const mark = doubt ? b.classList.contains("is-doubtful") - a.classList.contains("is-doubtful") : 0;
      return mark || (down ? compare(b, a) : compare(a, b));
    });
    body.append(...ordered);
    head.forEach(function (cell, i) {
      if (i === column) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  }

  /* Capitals and accents make no difference: "koln" finds Köln. */
  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function filter() {
    const words = plain(field.value).split(/\s+/);
    rows.forEach(function (row) {
      const text = plain(row.textContent);
      row.hidden = !words.every(function (word) { return text.includes(word); });
    });
    const shown = rows.filter(function (row) { return !row.hidden; }).length;
    said.textContent = said.dataset.form.replace("{shown}", shown).replace("{count}", rows.length);
  }

  head.forEach(function (cell, i) {
    if (cell.dataset.fixed !== undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", function () {
      down = i === column && !down;
      column = i;
      sort();
    });
  });
  first.addEventListener("click", function () {
    first.setAttribute("aria-pressed", String(first.getAttribute("aria-pressed") !== "true"));
    sort();
  });
  field.addEventListener("input", filter);
  box.querySelector(".table-tools").hidden = false;
  head[0].setAttribute("aria-sort", "ascending");

  /* A row's pin may be out of sight: the map comes into view with it. */
  body.addEventListener("click", function (event) {
    if (event.target.closest("[data-pin]")) document.querySelector(".story-map").scrollIntoView({ block: "nearest" });
  });
})();
