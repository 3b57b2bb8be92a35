/* The page with the article: on a narrow screen the map above it shrinks to a strip as one reads on, the map goes to
 * the places of the paragraph being read, and the list of places can be narrowed, and the map's pins with it. */

/* Show the rows that fit, and say how many these are. */
function narrow(rows, fits, said) {
  rows.forEach((row) => {
    row.hidden = !fits(row);
  });
  const shown = rows.filter((row) => !row.hidden).length;
  said.textContent = said.dataset.form.replace("{shown}", shown).replace("{count}", rows.length);
}

{
  const STAY = 300; // ms that a paragraph is read before the map goes there: who scrolls past is not reading
  const TOP = 60; // px: above it the whole story is shown
  const STRIP = 150; // px of the map that stay in sight; article.css says so too
  const figure = findOne(".story-map");
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
    figure.classList.toggle("is-strip", hidden > figure.offsetHeight - STRIP - 24);
    if (scrollY < TOP) read([]);
  }
  // A browser sends this once a frame.
  addEventListener("scroll", look, { passive: true });
  look();

  const watcher = new IntersectionObserver((entries) => entries.forEach(({ isIntersecting, target }) => {
    const numbers = findAll("[data-pin]", target).map((name) => +name.dataset.pin);
    if (isIntersecting && numbers.length && scrollY >= TOP) read([...new Set(numbers)]);
  }), { rootMargin: "-42% 0px -52% 0px" });
  findAll(".story-text > *").forEach((block) => watcher.observe(block));

  story.tools.follow = (button) => {
    follows = !follows;
    button.ariaPressed = follows;
    story.follow(follows ? reading : [], follows);
  };

  const filter = findOne(".filter");
  filter?.addEventListener("change", () => {
    const fields = findAll("select", filter);
    const fits = ({ dataset }) => fields.every(({ name, value }) => !value || dataset[name].split("|").includes(value));
    narrow(findAll(".place"), fits, findOne("output", filter));
    story.spread();
  });
}
