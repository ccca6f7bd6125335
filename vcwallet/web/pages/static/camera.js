// The camera of the officer's desk, and of a family. Pictures go to the server of this page, one after the other.
// What is said comes from the server or from the page. Without this file the desk takes files and a hand
// scanner's codes.

import { lens } from "./lens.js";

const PATIENCE = 60_000;

const box = document.querySelector("[data-camera]");
const says = document.getElementById("camera-says");
const [on, other] = ["camera-on", "camera-other"].map((id) => document.getElementById(id));

function begin() {
  const camera = lens({ box, on, other, says }, watch);

  // Look until something is answered, the camera is turned off, or nothing new came for a minute. While the
  // server reads one picture the next is taken, and no third one: a code that is gone must not be waited for.
  async function watch(mine) {
    let since = performance.now();
    let asked = Promise.resolve(null);
    while (mine()) {
      if (performance.now() - since > PATIENCE) return camera.stop(box.dataset.minute);
      const picture = await taken();
      const answer = await asked;
      if (!mine()) return;
      if (answer?.go) {
        camera.stop();
        return location.assign(answer.go);
      }
      if (answer && answer.seen !== "nothing") {
        if (answer.seen === "part") since = performance.now();
        camera.tell(answer.said);
      }
      asked = picture ? ask(picture) : Promise.resolve(null);
    }
  }

  // The newest picture as a JPEG, once the camera has one; null before that.
  async function taken() {
    const drawing = await camera.drawn();
    return drawing && new Promise((resolve) => drawing.canvas.toBlob(resolve, "image/jpeg", 0.85));
  }

  async function ask(picture) {
    const answer = await fetch(box.dataset.camera, {
      method: "POST",
      body: picture,
      headers: { "Content-Type": "image/jpeg" },
      redirect: "error",
    }).catch(() => null);
    // Something else is being done with this desk, or it is closed: its own page says which.
    if (!answer?.ok) {
      camera.stop();
      location.reload();
      return null;
    }
    return answer.json();
  }

  on.closest("p").hidden = false;
  if (!says.dataset.read) camera.tell(box.dataset.words);
  if ("starts" in box.dataset) camera.start();
}

if (box && on && other) begin();
