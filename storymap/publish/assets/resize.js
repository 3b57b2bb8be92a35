/* For the page around the frame: gives each frame of ours the height it asks for. Goes into the snippet as it is. */
(function () {
  var frames = document.getElementsByTagName("iframe");
  addEventListener("message", function (event) {
    if (!event.data || event.data.storymap !== "height") return;
    for (var i = 0; i < frames.length; i++) {
      if (frames[i].contentWindow === event.source) frames[i].style.height = event.data.height + "px";
    }
  });
  for (var i = 0; i < frames.length; i++) frames[i].contentWindow.postMessage({ storymap: "size" }, "*");
})();
