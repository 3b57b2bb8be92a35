/* The place table of the story page: sorted by any column, filtered by any word. Without this script it is whole. */

{
  const [field, first, said] = ["input", "button", "p"].map((name) => findOne(".table-tools " + name));
  const { tHead, tBodies: [body] } = findOne("table");
  const rows = [...body.rows];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  let column = findOne("th", tHead);

  function sort() {
    const turn = column.ariaSort === "descending" ? -1 : 1;
    const doubt = (row) => first.ariaPressed === "true" && row.matches(".is-doubtful");
    const value = ({ cells }) => cells[column.cellIndex].dataset.value || cells[column.cellIndex].textContent;
    rows.sort((one, other) => doubt(other) - doubt(one) || turn * collator.compare(value(one), value(other)));
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
    narrow(rows, ({ textContent }) => words.every((word) => plain(textContent).includes(word)), said);
  };
}
