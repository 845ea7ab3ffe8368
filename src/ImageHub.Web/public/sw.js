// Shows the offline page where a page cannot be loaded. Nothing else is kept: what the server serves carries its own
// cache rules, and what somebody may see can change at any time.
const offline = "offline-1";
const kept = ["/offline.html", "/offline.css", "/icon.svg"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(offline).then((cache) => cache.addAll(kept)));
  // The API is passed by: thousands of photos and uploads need not wake this script. Browsers without routes wake it.
  event.addRoutes?.({ condition: { urlPattern: { pathname: "/api/*" } }, source: "network" }).catch(() => undefined);
  skipWaiting();
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== offline).map((name) => caches.delete(name)))),
  );
});

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match("/offline.html")));
  } else if (kept.includes(pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(pathname)));
  }
});
