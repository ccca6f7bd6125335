// The page without a network. Every file of the edition is fetched once and compared with its digest in the manifest
// beside this line; only then does the page or its worker get it. At a first visit that is done file by file, as they
// are asked for, and the page has all of them compared before it answers anything, and kept when its program has
// begun. A new edition is taken as a whole or not at all.

/* MANIFEST */
// Whose editions these are: another page of the same site keeps its own beside them.
const OURS = `vcwallet-page ${self.registration.scope} `;
const NAME = `${OURS}${BUILT} ${EDITION}`;
const place = (name) => new URL(name, self.registration.scope).href;

async function digest(content) {
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...made].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

// A browser may end this in the midst of what it gives; whoever asks then meets another life of it.
const LIFE = crypto.getRandomValues(new Uint32Array(4)).join();

// What is on its way, or is compared and not kept yet.
const coming = new Map();

function taken(name) {
  if (!coming.has(name)) {
    // What was lost on the way, or came from an older copy somewhere, is asked for once more.
    const content = compared(name, "no-cache").catch(() => compared(name, "reload"));
    content.catch(() => coming.delete(name));
    coming.set(name, content);
  }
  return coming.get(name);
}

async function compared(name, cache) {
  const answer = await fetch(place(name), { cache, credentials: "omit", redirect: "error" });
  const content = await answer.arrayBuffer();
  if (!answer.ok || (await digest(content)) !== FILES[name]) throw new Error(`${name} is not the file of this edition`);
  return content;
}

function response(name, content) {
  const type = TYPES[name.slice(name.lastIndexOf("."))] ?? "application/octet-stream";
  const headers = { "Content-Type": type, "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff" };
  return new Response(content, { headers });
}

// Any page of the same site can change what the browser keeps, so that is compared each time it is given.
async function given(name) {
  const cache = await caches.open(NAME);
  const kept = await (await cache.match(place(name)))?.arrayBuffer();
  if (kept && (await digest(kept)) === FILES[name]) return response(name, kept);
  if (kept) await cache.delete(place(name));
  return response(name, await taken(name));
}

async function missing() {
  const kept = new Set((await (await caches.open(NAME)).keys()).map(({ url }) => url));
  return Object.keys(FILES).filter((name) => !kept.has(place(name)));
}

// The first file that is not the one of this edition; "" where all are.
async function refused() {
  const found = await Promise.all(
    (await missing()).map((name) =>
      taken(name).then(
        () => "",
        () => name,
      ),
    ),
  );
  return found.find(Boolean) ?? "";
}

// One after the other: the program may be at work beside this.
async function keep(names) {
  const cache = await caches.open(NAME);
  for (const name of names) {
    if (!(await cache.match(place(name)))) await cache.put(place(name), response(name, await taken(name)));
    coming.delete(name);
  }
}

// Whether the browser keeps one that was built after this one, which a mirror or a cache may still have. A moment that
// is not there yet is none.
async function isOlder() {
  const editions = (await caches.keys()).filter((name) => name.startsWith(OURS));
  const built = editions.map((name) => Date.parse(name.slice(OURS.length).split(" ")[0]));
  return built.some((moment) => moment > Date.parse(BUILT) && moment <= Date.now());
}

// At a first visit the pages themselves are enough: no visit finds another edition's page beside these files.
async function install() {
  const first = !self.registration.active;
  if (!first && (await isOlder())) throw new Error("an older edition than the one that is kept");
  const names = Object.keys(FILES).filter((name) => !first || name.endsWith(".html"));
  await Promise.all(names.map(taken));
  await keep(names);
  await self.skipWaiting();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(OURS) && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

// A page names its own script and asks whether all is there; one of another edition is not of what is here. When its
// program has begun, it asks for all to be kept.
self.addEventListener("message", (event) => {
  const { script, keeps } = event.data;
  const ours = Object.keys(FILES).some((name) => place(name) === script);
  const [port] = event.ports;
  port?.postMessage({ life: LIFE });
  if (keeps) event.waitUntil(missing().then(keep).catch(() => coming.clear())); // where the browser has no room
  else event.waitUntil((ours ? refused() : Promise.resolve("manifest.json")).then((name) => port.postMessage(name)));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  address.search = address.hash = "";
  const { scope } = self.registration;
  const name = address.href === scope ? "index.html" : address.href.slice(scope.length);
  if (!address.href.startsWith(scope) || !Object.hasOwn(FILES, name)) return;
  event.respondWith(given(name));
});
