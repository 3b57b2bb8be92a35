/* The place table of the story page: sorted by any column, filtered by any word. Without this script it is whole. */
"use strict";

(function () {
  const box = document.getElementById("table");
  const [field, first, said] = ["input", "button", "p"].map((name) => box.querySelector(".table-tools " + name));
  const { tHead, tBodies: [body] } = box.querySelector("table");
  const rows = [...body.rows];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  let column = tHead.rows[0].cells[0];

  function sort() {
    const [one, other] = column.ariaSort === "descending" ? [1, 0] : [0, 1];
    const doubt = (row) => first.ariaPressed === "true" && row.matches(".is-doubtful");
    const value = ({ cells }) => cells[column.cellIndex].dataset.value || cells[column.cellIndex].textContent;
    rows.sort((...pair) => doubt(pair[1]) - doubt(pair[0]) || collator.compare(value(pair[one]), value(pair[other])));
    body.append(...rows);
  }

  tHead.onclick = ({ target }) => {
    if (!target.closest("button")) return;
    const next = target.closest("th");
    const up = next !== column || column.ariaSort === "descending";
    column.ariaSort = null;
    column = next;
    column.ariaSort = up ? "ascending" : "descending";
    sort();
  };
  first.onclick = () => {
    first.ariaPressed = first.ariaPressed !== "true";
    sort();
  };
  /* Capitals and accents make no difference: "koln" finds Köln. */
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  field.oninput = () => {
    const words = plain(field.value).split(/\s+/);
    rows.forEach((row) => {
      row.hidden = !words.every((word) => plain(row.textContent).includes(word));
    });
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = said.dataset.form.replace("{shown}", shown).replace("{count}", rows.length);
  };
  field.closest(".table-tools").hidden = false;
})();
