// The verifier's page. It carries pictures, files and text to Python in a worker, and puts what Python says into
// clones of the templates in the page, always as text. It keeps nothing and asks nobody but its own origin.

import { dropZone } from "./dropped.js";
import { lens } from "./lens.js";
import { Opener } from "./opener.mjs";
import { toGrey } from "./shades.mjs";

const PATIENCE = 120_000; // of milliseconds for one answer; Python's own ceilings end sooner
const MINUTE = 60_000;
const AGAIN = 5_000; // of milliseconds, until a service worker that has not answered is asked once more
const CLAIM = 1_000; // of milliseconds, for a service worker at work to take this page
const { lang } = document.documentElement;
const by = (id) => document.getElementById(id);
const phrases = by("state").dataset;
// What stands in the page as it came, place by place.
const atFirst = written(document).map((place) => ({ place, words: place.nodeValue }));

// A script may be started by its own name alone, and no text becomes one.
const OURS = ["./worker.mjs?lang=" + lang, "../service-worker.js", "./opening-worker.mjs"].map(
  (name) => new URL(name, import.meta.url).href,
);
const policy = globalThis.trustedTypes?.createPolicy("page", {
  createScriptURL(name) {
    if (OURS.includes(name)) return name;
    throw new TypeError(name);
  },
});
const script = (name) => policy?.createScriptURL(name) ?? name;

let worker = null;
let waiting = new Map();
let last = 0;
let begun = false;
let over = false;
// Python may start before every file has been compared, and is asked nothing until then.
let isWhole = false;
let mayAsk;
const whole = new Promise((resolve) => (mayAsk = resolve));

function start() {
  begun = false;
  const mine = new Worker(script(OURS[0]), { type: "module" });
  worker = mine;
  mine.onmessage = ({ data }) => {
    if (mine !== worker) return;
    const settle = waiting.get(data.number);
    waiting.delete(data.number);
    if ("broken" in data) stopped(data.broken, settle);
    else settle?.resolve(data.told);
  };
  mine.onerror = (event) => mine === worker && stopped(event.message || "worker", null);
  const spoken = document.documentElement.lang;
  if (spoken !== lang) mine.postMessage({ ask: "speak", lang: spoken });
}

// Python is gone, or does not answer: this worker ends, and a new one starts.
function stopped(why, settle) {
  worker?.terminate();
  // A file may be another than it was, and then that is told; or it was lost on the way.
  if (!isWhole) return void (worker = null);
  document.body.dataset.why = why;
  settle?.reject(new Error(why));
  for (const other of waiting.values()) other.reject(new Error(why));
  waiting = new Map();
  // One that never answered would not the next time either; it may be of an edition that is gone.
  if (!begun) return ended();
  start();
  show();
}

function ended() {
  over = true;
  say(phrases.failed);
  by("broken").querySelector("p").textContent = phrases.failed;
}

function ask(message, transfer = []) {
  if (over) return Promise.reject(new Error("over"));
  if (!isWhole) return whole.then(() => ask(message, transfer));
  const number = (last += 1);
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => stopped("slow", waiting.get(number)), PATIENCE);
    const done = (settle) => (value) => (clearTimeout(alarm), settle(value));
    waiting.set(number, { resolve: done(resolve), reject: done(reject) });
    worker.postMessage({ number, at: moment(), ...message }, transfer);
  });
}

// Now, with this computer's own zone, as Python reads it.
function moment() {
  const date = new Date();
  const ahead = -Math.round(date.getTimezoneOffset());
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const local = new Date(date.getTime() + ahead * 60_000).toISOString().slice(0, -5);
  return `${local}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
}

const opener = new Opener(() => new Worker(script(OURS[2]), { type: "module" }));

const say = (text, place = "state") => {
  if (by(place).textContent !== text) by(place).textContent = text;
};

// A page may stay open for weeks, while what it goes by grows old.
async function aged() {
  const state = await ask({ ask: "state" }).catch(() => null);
  if (!state) return null;
  by("ages").textContent = state.ages;
  by("outdated").hidden = !state.outdated;
  return state;
}

async function show() {
  const state = await aged();
  if (!state) return;
  begun = true;
  say(state.clock || phrases.ready);
  document.body.dataset.state = "ready";
}

// --- an answer ----------------------------------------------------------------------------------------------

const clone = (id) => by(id).content.cloneNode(true).firstElementChild;
const sign = (state) => clone(`sign-${state}`);
const TAGS = { confirmed: "good", partly: "good", "not-known": "open", refused: "bad" };

function fill(part, words) {
  for (const place of part.querySelectorAll("[data-text]")) {
    const text = words[place.dataset.text] ?? "";
    place.textContent = text;
    place.hidden = !text;
  }
}

function pairs(list, values) {
  for (const [name, value] of values) {
    const [term, told] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, told.textContent] = [name, value];
    list.append(term, told);
  }
}

function checks(list, found) {
  for (const each of found) {
    const [item, text, name] = ["li", "span", "b"].map((kind) => document.createElement(kind));
    name.textContent = `${each.name}.`;
    text.append(name, ` ${each.sentence}`);
    item.append(sign(each.state), text);
    list.append(item);
  }
}

function card(words, several) {
  const part = clone("card");
  fill(part, words);
  part.querySelector("[data-title]").textContent = several ? `№ ${words.number}. ${words.diploma.title}` : words.diploma.title;
  const tag = part.querySelector("[data-tag]");
  tag.prepend(sign(words.state));
  if (TAGS[words.state]) tag.classList.add(TAGS[words.state]);
  part.querySelector("[data-hearsay]").hidden = !words.diploma.hearsay;
  pairs(part.querySelector("[data-facts]"), words.diploma.facts);
  const hidden = part.querySelector("[data-hidden]");
  hidden.hidden = !words.diploma.hidden;
  hidden.querySelector("span").textContent = words.diploma.hidden;
  checks(part.querySelector("[data-checks]"), words.checks);
  return part;
}

function report(words) {
  const part = clone("report");
  fill(part, words);
  const verdict = part.querySelector(".verdict");
  verdict.classList.add(words.state);
  verdict.prepend(clone(`shape-${words.state}`));
  const nobody = part.querySelector("[data-nobody]");
  for (const person of words.people) {
    const name = nobody.cloneNode();
    name.textContent = person;
    nobody.before(name);
  }
  if (words.people.length) nobody.remove();
  part.querySelector("[data-compare]").hidden = !words.compare;
  pairs(part.querySelector("[data-terms]"), words.terms);
  // Before the cards, which have a list of checks each.
  checks(part.querySelector("[data-checks]"), words.checks);
  part.querySelector("[data-cards]").append(...words.cards.map((each) => card(each, words.cards.length > 1)));
  return part;
}

// Of several answers the first one fills a phone, and the others would be missed.
function overview(answer) {
  const part = clone("overview");
  fill(part, answer);
  for (const each of answer.reports) {
    const [item, text, name] = ["li", "span", "b"].map((kind) => document.createElement(kind));
    name.textContent = each.head;
    text.append(name, each.people.length ? `: ${each.people.join("; ")}` : "");
    item.append(sign(each.state), text);
    part.querySelector("ul").append(item);
  }
  return part;
}

function problems(found) {
  const part = clone("problems");
  for (const each of found) {
    const [item, text, name] = ["li", "span", "b"].map((kind) => document.createElement(kind));
    item.className = "tag-row";
    name.textContent = each.source;
    text.append(name, document.createElement("br"), each.said);
    item.append(sign("refused"), text);
    part.querySelector("ul").append(item);
  }
  return part;
}

let json = "";
let person = 0; // who stands here: what comes late of the one before is nobody's
function present(answer) {
  json = answer.json;
  if (camera.runs()) camera.stop(words.stopped);
  by("answers").replaceChildren(...answer.reports.map(report));
  if (answer.several) by("answers").prepend(overview(answer));
  if (answer.problems.length) by("answers").append(problems(answer.problems));
  by("when").textContent = answer.when;
  by("save").hidden = !answer.reports.length;
  by("asking").hidden = true;
  by("answer").hidden = false;
  by("text").value = by("files").value = "";
  by("answers").querySelector("[tabindex]")?.focus();
}

async function following(how) {
  person += 1;
  json = "";
  by("answers").replaceChildren();
  by("text-says").textContent = by("files-says").textContent = "";
  by("answer").hidden = true;
  by("asking").hidden = false;
  by("parts").hidden = true;
  if (opener.finish) opener.end(); // nobody waits for the rest of what was given
  // In this order: what is said of a code that is read meanwhile comes behind them.
  await Promise.all([ask({ ask: how }).catch(() => null), show()]);
  opener.warm();
  renewed();
}

// A browser may keep a page that was left, to give it to whoever presses “Back”.
addEventListener("pagehide", () => {
  by("text").value = by("files").value = "";
  following("next");
});

// What Python said of a code, a text or files.
function told(step) {
  by("broken").hidden = true;
  if (step.answer) return present(step.answer);
  tellParts(step.progress);
}

function tellParts(progress) {
  by("parts").hidden = !progress;
  by("parts").querySelector("span").textContent = progress;
}

// What is said of it is said at its `place`, which a person who gives something looks at.
async function given(message, transfer, place, mine = person) {
  if (mine !== person) return null;
  say(phrases.works, place);
  let opened = null;
  try {
    let step = await ask(message, transfer);
    while (step.wanted && mine === person) {
      opened = await opener.answers(step.wanted);
      if (mine === person) step = await ask({ ask: "opened", opened });
    }
    if (mine !== person) return null;
    told(step);
    const { problem, progress } = step;
    say(progress ? problem : step.said, place);
    if (progress) say(progress);
    by(progress && !problem ? "parts" : place).scrollIntoView({ block: "nearest" });
    return step;
  } catch {
    if (mine !== person) return null;
    say("", place);
    by("broken").hidden = false;
    by("broken").querySelector("p").textContent = over ? phrases.failed : phrases.broken;
    by("broken").scrollIntoView({ block: "nearest" });
    return null;
  } finally {
    if (opened) opener.end();
  }
}

// --- text and files -----------------------------------------------------------------------------------------

by("typed").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { value } = by("text");
  if (!value.trim()) {
    say(by("typed").dataset.nothing, "text-says");
    by("text").focus();
    return;
  }
  const step = await given({ ask: "typed", text: value }, [], "text-says");
  if (step && !step.problem) by("text").value = "";
});
// A scanner ends each code with Enter.
by("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  by("typed").requestSubmit();
});

let reading = Promise.resolve(); // one after the other, for Python asks back about the files given last
async function read(list) {
  if (!list.length) return;
  const mine = person;
  say(phrases.works, "files-says");
  let left = Number(drop.dataset.all);
  const files = [];
  for (const [name, file] of list) {
    // What is too large is named and not read.
    if (file.size > Math.min(Number(drop.dataset.largest), left)) files.push({ name });
    else {
      left -= file.size;
      // One that is gone meanwhile is named as one without content.
      const content = await file.arrayBuffer().catch(() => new ArrayBuffer(0));
      files.push({ name, content: new Uint8Array(content) });
    }
  }
  const contents = files.flatMap(({ content }) => (content ? [content.buffer] : []));
  reading = reading.then(() => given({ ask: "files", files }, contents, "files-says", mine));
  await reading;
}

const drop = by("drop");
drop.addEventListener("submit", (event) => event.preventDefault());
dropZone(drop, read);
const chosen = () => read([...by("files").files].map((file) => [file.name, file]));
by("files").addEventListener("change", chosen);
chosen(); // before this ran

by("next").addEventListener("click", () => {
  following("next");
  by("camera-on").focus();
});
by("anew").addEventListener("click", () => following("anew"));
by("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = by("save").dataset.name;
  link.click();
  URL.revokeObjectURL(link.href);
});

// --- the camera ---------------------------------------------------------------------------------------------

const words = by("camera").dataset;
const frameSeconds = Number(by("asking").dataset.frameSeconds);
const parts = { box: by("camera"), on: by("camera-on"), other: by("camera-other"), says: by("camera-says") };
const camera = lens(parts, watch, { willReadFrequently: true });

// One picture at a time, until something is answered, the camera is turned off, or a minute brings nothing new.
async function watch(mine) {
  await whole;
  let since = performance.now();
  while (mine()) {
    if (performance.now() - since > MINUTE) return camera.stop(words.minute);
    const drawing = await camera.drawn();
    if (!drawing || !mine()) continue;
    const who = person;
    const { looks, problem } = await opener.frame({ kind: "frame", ...grey(drawing), seconds: frameSeconds });
    if (problem === "missing") return camera.stop(by("asking").dataset.blind);
    // One that took too long, or broke the reader, is passed over.
    const texts = looks.flatMap((each) => each.texts);
    if (who !== person || !texts.length) continue;
    const step = await ask({ ask: "codes", texts }).catch(() => null);
    if (who !== person) continue;
    // An answer is given once, and so shown also where the camera was turned off meanwhile.
    if (step?.answer) return told(step);
    if (!mine()) return;
    if (!step) return camera.stop(phrases.broken);
    if (step.seen === "nothing") continue;
    if (step.seen === "part") since = performance.now();
    camera.tell(step.said);
    told(step);
  }
}

function grey(drawing) {
  const { width, height } = drawing.canvas;
  const { data } = drawing.getImageData(0, 0, width, height);
  const shades = new Uint8Array(width * height);
  toGrey(data, shades);
  return { data: shades, width, height };
}

// --- the other language -------------------------------------------------------------------------------------

// It has a page of its own. Where something is shown or begun here, the words of that page come here instead.
by("languages").addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !isWhole || over || between()) return;
  event.preventDefault();
  const page = await parsed(link.href);
  const step = page && (await ask({ ask: "speak", lang: link.hreflang }).catch(() => null));
  // An answer may have been lost with the program that gave it.
  if (!step || !step.answer !== by("answer").hidden || !translated(page)) return void (location.href = link.href);
  history.replaceState(null, "", link.href);
  by("text-says").textContent = by("files-says").textContent = "";
  await show();
  if (step.answer) present(step.answer);
  tellParts(step.progress);
  by("languages").querySelector("a").focus();
});

// A page of this edition, in which no script runs; null where it cannot be had.
function parsed(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onloadend = () => {
      const page = request.response;
      const name = page?.querySelector("script[src]")?.getAttribute("src");
      resolve(name && new URL(name, address).href === import.meta.url ? page : null);
    };
    request.send();
  });
}

// Every text, and every word in the data, of what stands in a page, its templates included.
function* wordsOf(part) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) yield node;
    else yield* [...node.attributes].filter(({ name }) => /^(data|aria)-/.test(name));
    if (node.content) yield* wordsOf(node.content);
  }
}

function written(page) {
  const languages = page.getElementById("languages");
  return [...wordsOf(page.body)].filter((each) => !languages.contains(each));
}

// Both pages are made from one template, so that the same place in both says the same. Words that have come to
// another place since are known by what they are. False where the pages do not match.
function translated(page) {
  const into = written(page).map((each) => each.nodeValue);
  if (into.length !== atFirst.length) return false;
  const known = new Map(atFirst.map(({ words }, at) => [words, into[at]]));
  const done = new Set();
  for (const [at, each] of atFirst.entries()) {
    if (each.place.nodeValue !== each.words) continue;
    each.place.nodeValue = into[at];
    done.add(each.place);
  }
  by("answers").replaceChildren();
  for (const each of wordsOf(document.body))
    if (!done.has(each) && known.has(each.nodeValue)) each.nodeValue = known.get(each.nodeValue);
  atFirst.forEach((each, at) => (each.words = into[at]));
  by("languages").replaceChildren(...[...page.getElementById("languages").childNodes].map((each) => document.importNode(each, true)));
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  return true;
}

// --- a newer edition ----------------------------------------------------------------------------------------

// This page's own: one of the whole site, or of a page above this one, knows nothing of these files.
function own() {
  const { controller } = navigator.serviceWorker ?? {};
  return controller?.scriptURL === OURS[1] ? controller : null;
}

let controlled = Boolean(own());
let newer = false;

// Nothing is shown, begun or waits for its answer.
function between() {
  const said = ["text-says", "files-says"].some((place) => by(place).textContent);
  return !camera.runs() && !by("asking").hidden && by("parts").hidden && by("broken").hidden && !by("text").value && !said;
}

// With its list of who is believed, in between two people.
function renewed() {
  if (newer && between()) location.reload();
}

navigator.serviceWorker?.addEventListener("controllerchange", () => {
  newer = controlled;
  controlled = Boolean(own());
  renewed();
});

// --- the beginning ------------------------------------------------------------------------------------------

// Kept by the browser for a visit without a network; where that is not allowed the page works all the same.
const registered = navigator.serviceWorker?.register(script(OURS[1])).catch(() => null);

// Who gives every file to this page and to its worker once it is compared with its digest; null where the browser
// keeps nothing, or was told to pass that by for once.
async function keeper() {
  const registration = await registered;
  const { installing, waiting, active } = registration ?? {};
  const coming = installing ?? waiting ?? (active?.state === "activating" ? active : null);
  if (!controlled && coming) await settled(coming);
  return own();
}

// One that could not take this page, because the browser ended it in the midst, gives it nothing.
function settled(coming) {
  return new Promise((resolve) => {
    const look = () => {
      if (controlled || coming.state === "redundant") resolve();
      else if (coming.state === "activated") setTimeout(resolve, CLAIM);
    };
    coming.addEventListener("statechange", look);
    navigator.serviceWorker.addEventListener("controllerchange", look);
    look();
  });
}

// The first file that is not the one the page was built with; "" where all are. A browser may end the service worker
// over a slow line, and the next question starts it again.
async function refused(keeps) {
  let again;
  let life = "";
  const name = await new Promise((resolve) => {
    const question = () => {
      const isFirst = !again;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (typeof data === "string") return resolve(data);
        // What another life of it was giving the worker may never come.
        if (!isFirst && life !== data.life) stopped("service worker");
        life = data.life;
      };
      keeps.postMessage({ script: import.meta.url }, [port2]);
    };
    const look = () => keeps.state === "redundant" && resolve("manifest.json"); // and never answers
    keeps.addEventListener("statechange", look);
    look();
    question();
    again = setInterval(question, AGAIN);
  });
  clearInterval(again);
  // Where another edition has come meanwhile, some may not have been compared.
  return name || (own() === keeps ? "" : "manifest.json");
}

// The same where the browser keeps nothing; only a page that came by https can compare.
async function compared() {
  if (!globalThis.crypto?.subtle) return "";
  const get = async (name) => {
    try {
      const answer = await fetch(new URL(name, location.href), { credentials: "omit", redirect: "error" });
      if (answer.ok) return await answer.arrayBuffer();
    } catch {
      // As a file that is not there: it is named.
    }
    return new ArrayBuffer(0);
  };
  const { files } = JSON.parse(new TextDecoder().decode(await get("manifest.json")));
  const here = new URL("../", import.meta.url).href;
  if (!(import.meta.url.slice(here.length) in files)) return "manifest.json";
  const found = await Promise.all(
    Object.entries(files).map(async ([name, expected]) => {
      const made = new Uint8Array(await crypto.subtle.digest("SHA-256", await get(new URL(name, here))));
      return [...made].map((octet) => octet.toString(16).padStart(2, "0")).join("") === expected ? "" : name;
    }),
  );
  return found.find(Boolean) ?? "";
}

async function begin() {
  const keeps = await keeper();
  if (keeps) start();
  const name = await (keeps ? refused(keeps) : compared()).catch(() => "manifest.json");
  if (name) {
    if (newer && between()) return location.reload();
    worker?.terminate();
    worker = null;
    if (camera.runs()) camera.stop(words.stopped);
    by("changed").querySelector("b").textContent = name;
    by("changed").hidden = false;
    by("asking").hidden = true;
    document.body.dataset.why = `changed: ${name}`;
    return;
  }
  isWhole = true;
  if (!worker) start();
  mayAsk();
  await show();
  keeps?.postMessage({ keeps: true });
  // What reads codes comes last: the page is ready before it is, and Python's start does not share with it.
  opener.warm();
}

camera.tell(words.words);
by("camera-buttons").hidden = false;
by("unstarted").remove(); // where this is never reached, it is seen after a while
setTimeout(() => begun || over || !by("changed").hidden || say(phrases.slow), MINUTE);
await begin();
const kept = await registered;
// A page that stays open for weeks asks for a newer edition when somebody comes back to it.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  kept?.update().catch(() => null);
  aged();
});
