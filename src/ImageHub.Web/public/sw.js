// Shows the offline page if a page cannot be loaded. Caches nothing else, because permissions can change at any time and the
// server's cache headers decide what browsers keep.
const offline = "offline-2";
const kept = ["/offline.html", "/offline.css", "/offline.js", "/icon.svg"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(offline).then((cache) => cache.addAll(kept)));
  // API requests bypass this script, so that thousands of photos and uploads do not wake it. Browsers without static routing still wake it.
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
