import "./design/fonts.css";
import "./design/tokens.css";
import "./design/base.css";

// The page's first script. The server has written the first screen's photos into the page, and this script loads the app after
// these photos. Browsers would otherwise load both at the same time, and the photos would arrive later.

/** The maximum wait in milliseconds after the page was requested. */
const maxWait = 1500;
/** The time until the page is loaded again, in milliseconds. */
const pause = 3000;

/** Resolves with the first of these events. */
const firstOf = (target: EventTarget, ...types: string[]) =>
  new Promise((resolve) => {
    for (const type of types) target.addEventListener(type, resolve);
  });

const photos = [...document.querySelectorAll<HTMLImageElement>("#root img[fetchpriority=high]")];
await Promise.race([
  Promise.all(photos.map((photo) => photo.complete || firstOf(photo, "load", "error"))),
  firstOf(window, "pointerdown", "keydown"),
  new Promise((resolve) => setTimeout(resolve, maxWait - performance.now())),
]);

// The build lists the app's files in `link` elements that browsers ignore until `rel` is set.
for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-later]")) link.rel = "modulepreload";
void import("./prefetch");

// Browsers do not repeat a failed import. If the app's code does not arrive, the page is loaded again, at most three times.
addEventListener("unhandledrejection", () => setTimeout(loadAgain, pause), { once: true });

function loadAgain() {
  if (document.getElementById("content") !== null) return;
  if (!navigator.onLine) return void setTimeout(loadAgain, pause);
  const loads = history.state?.loads ?? 0;
  if (loads > 2) return;
  history.replaceState({ ...history.state, loads: loads + 1 }, "");
  location.reload();
}
