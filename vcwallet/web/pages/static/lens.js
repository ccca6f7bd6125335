// A camera of this computer with its two buttons and what is said of it. What becomes of its pictures is the
// page's, which gives `watch`: it runs while the camera does, and asks `mine()` whether it still is the same turn.
//
//   const camera = lens({ box, on, other, says }, async (mine) => { ... await camera.drawn() ... });
//
// The words stand in the data of the box; they are put into the page as text.

import { honest } from "./honest.js";

const WIDEST = 1280;
const PAUSE = 10; // of milliseconds between a picture and the next, so that the page stays quick
const REFUSALS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

export function lens({ box, on, other, says }, watch, context = {}) {
  const words = box.dataset;
  on.dataset.on = on.textContent;
  const canvas = document.createElement("canvas");
  let stream = null;
  let video = null;
  let wanted = ""; // the id of the camera that was chosen last

  const tell = (text) => {
    if (says.textContent !== text) says.textContent = text;
  };

  function stop(text) {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video?.remove();
    video = null;
    on.textContent = on.dataset.on;
    on.classList.add("main");
    other.hidden = true;
    if (text) tell(text);
  }

  const cameras = async () => (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");

  async function start() {
    tell(words.words);
    if (!navigator.mediaDevices?.getUserMedia) return tell(words.none);
    if (!honest(document.createElement("canvas").getContext("2d", { willReadFrequently: true }))) return tell(words.blind);
    const size = { width: { ideal: WIDEST }, height: { ideal: 720 } };
    const which = wanted ? { deviceId: { exact: wanted } } : { facingMode: { ideal: "environment" } };
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which }, audio: false });
    } catch (error) {
      return tell(words[REFUSALS[error.name] ?? "none"]);
    }
    video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    box.prepend(video);
    on.textContent = on.dataset.off;
    on.classList.remove("main");
    stream.getVideoTracks()[0].addEventListener("ended", () => stop(words.busy));
    try {
      await video.play();
    } catch {
      return stop(words.busy);
    }
    tell(words.runs);
    other.hidden = (await cameras()).length < 2;
    const turn = stream;
    await watch(() => stream !== null && stream === turn);
  }

  // The newest picture, drawn; null before the camera has one.
  async function drawn() {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (!video || video.readyState < video.HAVE_CURRENT_DATA || !video.videoWidth) return null;
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const drawing = canvas.getContext("2d", context);
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
    return drawing;
  }

  on.addEventListener("click", () => (stream ? stop(words.stopped) : start()));
  other.addEventListener("click", async () => {
    const all = await cameras();
    const current = stream?.getVideoTracks()[0]?.getSettings().deviceId;
    wanted = all[(all.findIndex((each) => each.deviceId === current) + 1) % all.length]?.deviceId ?? "";
    stop();
    await start();
  });
  addEventListener("pagehide", () => stop());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) stop(words.stopped);
  });
  return { start, stop, tell, drawn, runs: () => stream !== null };
}
