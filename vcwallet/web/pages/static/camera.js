// The camera of the officer's desk. Pictures go to the server of this page, one after the other. What is said
// comes from the server or from the page, and is put into it as text. Without this file the desk takes files
// and a hand scanner's codes.

const box = document.querySelector("[data-camera]");
const says = document.getElementById("camera-says");
const [on, other] = ["camera-on", "camera-other"].map((id) => document.getElementById(id));
const WIDEST = 1280;
const PATIENCE = 60_000;
const PAUSE = 10; // of milliseconds between a picture and the next, so that the page stays quick

let stream = null;
let video = null;
let wanted = ""; // the id of the camera that was chosen last
const words = box?.dataset ?? {};
const turnOn = on?.textContent;

const say = (text) => {
  if (says && says.textContent !== text) says.textContent = text;
};

function stop(text) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video?.remove();
  video = null;
  on.textContent = turnOn;
  on.classList.add("main");
  other.hidden = true;
  if (text) say(text);
}

const REFUSALS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

async function start() {
  say(words.words);
  if (!navigator.mediaDevices?.getUserMedia) return say(words.none);
  const size = { width: { ideal: WIDEST }, height: { ideal: 720 } };
  const which = wanted ? { deviceId: { exact: wanted } } : { facingMode: { ideal: "environment" } };
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which }, audio: false });
  } catch (error) {
    return say(words[REFUSALS[error.name] ?? "none"]);
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
  say(words.runs);
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
  other.hidden = cameras.length < 2;
  await watch(stream);
}

// Look until something is answered, the camera is turned off, or nothing new came for a minute. While the
// server reads one picture the next is taken, and no third one: a code that is gone must not be waited for.
async function watch(mine) {
  const canvas = document.createElement("canvas");
  let since = performance.now();
  let asked = Promise.resolve(null);
  while (stream === mine) {
    if (performance.now() - since > PATIENCE) return stop(words.minute);
    const picture = await taken(canvas);
    const answer = await asked;
    if (stream !== mine) return;
    if (answer?.go) {
      stop();
      return location.assign(answer.go);
    }
    if (answer && answer.seen !== "nothing") {
      if (answer.seen === "part") since = performance.now();
      say(answer.said);
    }
    asked = picture ? ask(picture) : Promise.resolve(null);
  }
}

// The newest picture as a JPEG, once the camera has one; null before that.
async function taken(canvas) {
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (!video || video.readyState < video.HAVE_CURRENT_DATA || !video.videoWidth) return null;
  const scale = Math.min(1, WIDEST / video.videoWidth);
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}

async function ask(picture) {
  const answer = await fetch(words.camera, {
    method: "POST",
    body: picture,
    headers: { "Content-Type": "image/jpeg" },
    redirect: "error",
  }).catch(() => null);
  // Something else is being done with this desk, or it is closed: its own page says which.
  if (!answer?.ok) {
    stop();
    location.reload();
    return null;
  }
  return answer.json();
}

async function next() {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
  const current = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  const place = cameras.findIndex((each) => each.deviceId === current);
  wanted = cameras[(place + 1) % cameras.length]?.deviceId ?? "";
  stop();
  await start();
}

if (box && on && other) {
  on.closest("p").hidden = false;
  if (!says.dataset.read) say(words.words);
  on.addEventListener("click", () => (stream ? stop(words.stopped) : start()));
  other.addEventListener("click", next);
  addEventListener("pagehide", () => stop());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) stop(words.stopped);
  });
  if ("starts" in words) start();
}
