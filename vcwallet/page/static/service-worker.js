// The page without a network. Every file of the edition is fetched once, compared with its digest in the manifest
// beside this line, and kept; only then does the page or its worker get it, now and whenever it is asked for again.
// At a first visit that is done file by file, as they are asked for, and the page asks for all of them before it
// answers anything. A new edition is taken as a whole or not at all.

/* MANIFEST */
// Whose editions these are: another page of the same site keeps its own beside them.
const OURS = `vcwallet-page ${self.registration.scope} `;
const NAME = OURS + EDITION;
const place = (name) => new URL(name, self.registration.scope).href;

async function digest(content) {
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...made].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

// What is on its way: the content, once it is compared, and when it is kept.
const coming = new Map();

function taken(name) {
  if (!coming.has(name)) {
    // What was lost on the way, or came from an older copy somewhere, is asked for once more.
    const content = compared(name, "no-cache").catch(() => compared(name, "reload"));
    const kept = content.then(async (octets) => (await caches.open(NAME)).put(place(name), response(name, octets)));
    const over = () => coming.delete(name);
    kept.then(over, over);
    coming.set(name, { content, kept });
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

async function given(name, event) {
  const known = await (await caches.open(NAME)).match(place(name));
  if (known) return known;
  const { content, kept } = taken(name);
  event.waitUntil(kept.catch(() => null)); // where the browser has no room, it is given all the same
  return response(name, await content);
}

// The first file that is not the one of this edition; "" where all are, and are kept if there is room.
async function refused() {
  const known = new Set((await (await caches.open(NAME)).keys()).map(({ url }) => url));
  const names = Object.keys(FILES).filter((name) => !known.has(place(name)));
  const take = async (name) => {
    const { content, kept } = taken(name);
    await content;
    await kept.catch(() => null);
    return "";
  };
  const found = await Promise.all(names.map((name) => take(name).catch(() => name)));
  return found.find(Boolean) ?? "";
}

// At a first visit the pages themselves are enough: no visit finds another edition's page beside these files.
async function install() {
  const first = !self.registration.active;
  const names = Object.keys(FILES).filter((name) => !first || name.endsWith(".html"));
  await Promise.all(names.map((name) => taken(name).kept));
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

// A page names its own script and asks whether all is there; one of another edition is not of what is here.
self.addEventListener("message", (event) => {
  const ours = Object.keys(FILES).some((name) => place(name) === event.data);
  const asked = ours ? refused() : Promise.resolve("manifest.json");
  event.waitUntil(asked.then((name) => event.ports[0].postMessage(name)));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  address.search = address.hash = "";
  const { scope } = self.registration;
  const name = address.href === scope ? "index.html" : address.href.slice(scope.length);
  if (!address.href.startsWith(scope) || !Object.hasOwn(FILES, name)) return;
  event.respondWith(given(name, event));
});
