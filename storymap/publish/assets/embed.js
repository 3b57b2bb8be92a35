/* The button that copies the code. */
"use strict";

(function () {
  const button = document.getElementById("copy");
  const code = document.getElementById("code");
  const said = document.getElementById("said");

  button.addEventListener("click", function () {
    code.select();
    // The older way works in file:// pages too, where the newer one is not offered.
    const done = document.execCommand("copy");
    said.textContent = done ? button.dataset.done : button.dataset.failed;
  });
})();
