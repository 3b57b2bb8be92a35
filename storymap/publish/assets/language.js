/* In pages that are there in several languages: ?lang=en goes to the one in English, with all else of the address. */
(() => {
  const lang = new URLSearchParams(location.search).get("lang");
  const page = [...document.querySelectorAll("link[hreflang]")].find((link) => link.hreflang === lang);
  if (page && lang !== document.documentElement.lang)
    location.replace(page.getAttribute("href").split("/").pop() + location.search + location.hash);
})();
