// Stands in the page itself: where its program does not come, or this browser cannot run it, somebody must say so.
addEventListener("load", function () {
  var state = document.getElementById("state");
  if (!("runs" in document.body.dataset)) state.textContent = state.dataset.failed;
});
