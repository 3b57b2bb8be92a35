/* <story-map src="https://…/story.json" label="…">: the map of that bundle, with what stands inside the element as its
 * list for readers without JavaScript. In its shadow it is map.html, which lies beside story.json, in a sandboxed frame:
 * so it has the sandbox, the content policy and the privacy of every other embed, needs no CORS, and reads no data.
 * What stands behind "?" in src goes on to map.html. */
"use strict";

(function () {
  if (customElements.get("story-map")) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host(:not([hidden])){display:block}" +
    "iframe{display:block;width:100%;aspect-ratio:3/2;min-height:380px;border:0}",
  );

  customElements.define("story-map", class extends HTMLElement {
    static observedAttributes = ["src", "label"];

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.frame = document.createElement("iframe");
      this.frame.loading = "lazy";
      this.frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
      this.heard = ({ source, data }) => {
        if (!data || data.storymap !== "height" || source !== this.frame.contentWindow) return;
        this.frame.style.height = data.height + "px";
        if (!this.hasAttribute("label")) this.frame.title = data.label;
      };
    }

    connectedCallback() {
      window.addEventListener("message", this.heard);
      this.show();
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.heard);
    }

    attributeChangedCallback() {
      if (this.isConnected) this.show();
    }

    show() {
      const address = this.address();
      this.frame.title = this.getAttribute("label") || this.frame.title;
      if (address && this.frame.src !== address) this.frame.src = address;
      const shown = address ? this.frame : document.createElement("slot");
      if (this.shadowRoot.firstChild !== shown) this.shadowRoot.replaceChildren(shown);
    }

    /* Return where map.html lies, "" if src is no address of a file. */
    address() {
      const src = this.getAttribute("src");
      if (!src) return "";
      try {
        const given = new URL(src, document.baseURI);
        const map = new URL("map.html" + given.search, given);
        return /^(https?|file):$/.test(map.protocol) ? map.href : "";
      } catch {
        return "";
      }
    }
  });
})();
