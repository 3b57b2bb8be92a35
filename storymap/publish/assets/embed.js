/* The page with the code: what is set above goes into every snippet and into the preview; a button copies a snippet. */
"use strict";

(function () {
  const settings = document.querySelector(".settings");
  const field = settings.querySelector("input");
  const preview = document.querySelector(".preview iframe");
  const codes = [...document.querySelectorAll("textarea")];
  const said = document.getElementById("said");

  /* Return the folder that an address names: people paste that of a page in it. */
  const folderOf = (address) => address.trim().replace(/[?#].*$/, "").replace(/[^/]*\.html$/, "").replace(/([^/])$/, "$1/");
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

  function write() {
    const given = field.dataset.base;
    const base = folderOf(field.value) || given;
    const flags = [...document.querySelectorAll("select")].map(({ value }) => value).filter(Boolean).join("&");
    const query = flags && "?" + flags;
    codes.forEach((code) => {
      // An address alone is no markup, and oembed.json knows of no flags.
      const bare = Boolean(code.closest("#oembed"));
      const put = (text, what, by) => text.replaceAll(what, () => by);
      const flagged = (text, file) => put(text, given + file, given + file + (bare ? "" : escaped(query)));
      code.value = put(["map.html", "story.json"].reduce(flagged, code.defaultValue), given, bare ? base : escaped(base));
    });
    settings.classList.toggle("is-unknown", base.includes("…"));
    if (preview.dataset.query !== query) preview.src = "map.html" + query;
    preview.dataset.query = query;
  }

  // On its own server the page knows where it lies.
  if (!field.value && window.location.protocol === "https:") field.value = folderOf(window.location.href);
  preview.dataset.query = "";
  document.addEventListener("input", write);
  write();

  document.querySelectorAll(".copy").forEach((button) => {
    const offer = button.closest(".offer");
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const details = offer.querySelector("details");
      const { open } = details;
      details.open = true; // what is hidden cannot be selected
      offer.querySelector("textarea").select();
      // The older way works in file:// pages too, where the newer one is not offered.
      const done = document.execCommand("copy");
      details.open = open || !done;
      button.focus();
      said.textContent = done ? settings.dataset.copied : settings.dataset.failed;
      button.textContent = said.textContent;
      window.setTimeout(() => { button.textContent = label; }, 2000);
    });
  });
})();
