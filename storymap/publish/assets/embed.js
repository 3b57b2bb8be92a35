/* The page with the code: what is set above goes into every snippet and into the preview; a button copies a snippet. */
"use strict";

(function () {
  const settings = document.querySelector(".settings");
  const field = settings.querySelector("input");
  const preview = document.querySelector(".preview iframe");
  const codes = [...document.querySelectorAll("textarea")];
  const languages = document.querySelector("select[name=lang]");
  const [hint, said] = ["hint", "said"].map((id) => document.getElementById(id));

  /* Return the folder that an address names: people paste that of a page in it, or leave out how it begins. */
  const folderOf = (address) => address.trim().replace(/[?#].*$/, "").replace(/[^/]*\.html$/, "").replace(/([^/])$/, "$1/")
    .replace(/^(?!\w+:\/\/)\/*(?=.)/, "https://");
  const isOnTheWeb = (address) => /^https?:/.test(address) && Boolean(Object.assign(document.createElement("a"), { href: address }).hostname);
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

  function write() {
    const given = field.dataset.base;
    const named = folderOf(field.value);
    const base = isOnTheWeb(named) ? named : given;
    const flags = [...document.querySelectorAll("select:not([name=lang])")].map(({ value }) => value).filter(Boolean);
    const query = (all) => (all.length ? "?" + all.join("&") : "");
    const [own, chosen] = languages ? [languages[0], languages.selectedOptions[0]] : [];
    const map = (chosen?.value ? "map." + chosen.value.slice(5) + ".html" : "map.html") + query(flags);
    const story = "story.json" + query([chosen?.value, ...flags].filter(Boolean));
    codes.forEach((code) => {
      const put = (text, what, by) => text.replaceAll(what, () => by);
      // An address alone is no markup, and oembed.json knows of no flags.
      if (code.closest("#oembed")) {
        code.value = put(code.defaultValue, given, base);
        return;
      }
      let text = put(code.defaultValue, given + "map.html", given + escaped(map));
      text = put(text, given + "story.json", given + escaped(story));
      if (own) text = put(text, own.dataset.title, chosen.dataset.title);
      code.value = put(text, given, escaped(base));
    });
    const isUnknown = base.includes("…");
    settings.classList.toggle("is-unknown", isUnknown);
    field.setAttribute("aria-invalid", isUnknown && Boolean(named));
    hint.textContent = isUnknown ? hint.dataset[named ? "wrong" : "first"] : "";
    if (preview.getAttribute("src") !== map) preview.src = map;
  }

  // On its own server the page knows where it lies.
  if (!field.value && window.location.protocol === "https:") field.value = folderOf(window.location.href);
  document.addEventListener("input", write);
  write();

  document.querySelectorAll(".copy").forEach((button) => {
    const offer = button.closest(".offer");
    const label = button.textContent;
    button.hidden = false;
    const tell = (what) => {
      said.textContent = button.textContent = settings.dataset[what];
      window.setTimeout(() => { button.textContent = label; }, 2000);
    };
    button.addEventListener("click", () => {
      // A code without the address would show nothing.
      if (settings.classList.contains("is-unknown")) {
        tell("missing");
        field.focus();
        return;
      }
      const details = offer.querySelector("details");
      const { open } = details;
      details.open = true; // what is hidden cannot be selected
      offer.querySelector("textarea").select();
      // The older way works in file:// pages too, where the newer one is not offered.
      const done = document.execCommand("copy");
      details.open = open || !done;
      button.focus();
      tell(done ? "copied" : "failed");
    });
  });
})();
