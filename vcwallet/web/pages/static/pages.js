// Pages work without this file; it spares presses. It makes no HTML: it asks the server for the page itself
// and puts one part of the answer in the place of the old one. A document that XMLHttpRequest parses is no
// sink of Trusted Types, so the policy that forbids all of them holds.

import { dropZone } from "./dropped.js";

const ask = (method, url, body) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = "document";
    request.onload = () => resolve({ page: request.response, url: request.responseURL });
    request.onerror = () => reject(new Error("no answer"));
    request.send(body);
    waitAnew();
  });

function exchange(page, id) {
  const old = document.getElementById(id);
  const part = page?.getElementById(id);
  if (!old || !part) return false;
  for (const script of part.querySelectorAll("script")) script.remove();
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(document.adoptNode(part));
  if (focused) document.getElementById(focused)?.focus();
  return true;
}

// After so many seconds without a request the server has closed what was open: the screen is cleared, too.
const { idle, closed } = document.body.dataset;
let waiting = 0;
function waitAnew() {
  clearTimeout(waiting);
  if (idle && closed) waiting = setTimeout(() => location.replace(closed), Number(idle) * 1000);
}
waitAnew();

// Dropped files, and those in dropped folders, go into the form's own field, and the form is sent.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const field = form.querySelector("input[type=file]");
  dropZone(form, (dropped) => {
    const files = new DataTransfer();
    for (const [, file] of dropped) files.items.add(file);
    field.files = files.files;
    form.requestSubmit();
  });
  field.addEventListener("change", () => form.requestSubmit());
}

// data-live="part": after a change the form is sent with "again", and only that part of the page is exchanged.
for (const form of document.querySelectorAll("form[data-live]")) {
  let turn = 0;
  form.addEventListener("change", async () => {
    const mine = ++turn;
    const data = new FormData(form);
    data.set("again", "1");
    const { page } = await ask("POST", form.action, data);
    if (mine === turn && !exchange(page, form.dataset.live)) form.requestSubmit();
  });
}

// data-job="running": a page about long work asks for itself until the work is done; data-awaits: one that waits
// for somebody's answer, until it is there.
const goesOn = ({ job, awaits } = {}) => job === "running" || awaits !== undefined;
async function follow(id) {
  const awaited = document.getElementById(id).dataset.awaits !== undefined;
  while (goesOn(document.getElementById(id)?.dataset)) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const { page, url } = await ask("GET", location.href);
    if (url !== location.href) return location.replace(url);
    if (!exchange(page, id)) return location.reload();
  }
  // Nothing more comes, so what stood around it is over as well.
  if (awaited) location.reload();
}
for (const part of document.querySelectorAll("[data-job], [data-awaits]")) follow(part.id);

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((each) => (each.disabled = true))));
}

for (const box of document.querySelectorAll("[data-reveals]")) {
  box.addEventListener("change", () => {
    document.getElementById(box.dataset.reveals).type = box.checked ? "text" : "password";
  });
}
for (const button of document.querySelectorAll("button[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    const done = document.getElementById(`${button.dataset.copies}-copied`);
    if (done) done.hidden = false;
  });
}

// After a refused form: to what is wrong. After an answer: to the answer.
(document.querySelector("[role=alert][tabindex]") ?? document.querySelector("[data-focus]"))?.focus();
