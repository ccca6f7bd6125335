// The page without a network: at the first visit every file is fetched, compared with its digest in the manifest
// beside this line, and kept; from then on it is given from what is kept, and nothing else is asked for. A new
// edition of the page has another manifest, and is taken as a whole or not at all.

/* MANIFEST */
// Whose editions these are: another page of the same site keeps its own beside them.
const OURS = `vcwallet-page ${self.registration.scope} `;
const NAME = OURS + EDITION;
const place = (name) => new URL(name, self.registration.scope).href;

async function digest(content) {
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...made].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

async function take() {
  const cache = await caches.open(NAME);
  const one = async ([name, expected]) => {
    const answer = await fetch(place(name), { cache: "no-cache", credentials: "omit", redirect: "error" });
    const content = await answer.arrayBuffer();
    if (!answer.ok || (await digest(content)) !== expected) throw new Error(`${name} is not the file of this edition`);
    const type = TYPES[name.slice(name.lastIndexOf("."))] ?? "application/octet-stream";
    const headers = { "Content-Type": type, "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff" };
    await cache.put(place(name), new Response(content, { headers }));
  };
  await Promise.all(Object.entries(FILES).map(one));
}

self.addEventListener("install", (event) => event.waitUntil(take().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(OURS) && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  address.search = address.hash = "";
  const name = address.href === self.registration.scope ? place("index.html") : address.href;
  event.respondWith(
    caches
      .open(NAME)
      .then((cache) => cache.match(name))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
