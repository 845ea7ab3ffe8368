import { startTransition } from "react";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { render } from "./root";
import { haveWords } from "./text/words";

const app = (
  <BrowserRouter>
    <App />
  </BrowserRouter>
);
/**
 * The maximum time in milliseconds that the first screen stays while the page's data loads. The app would show placeholders
 * instead of its photos and links.
 */
const maxWait = 10_000;

/**
 * Replaces the first screen when the page's data and code have loaded, so that the photos do not disappear in between.
 * The rendering is a transition, so that a slow phone can respond during it.
 */
export async function start(loaded: Promise<unknown>) {
  await haveWords();
  if (document.querySelector("#root > main"))
    await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, maxWait))]);
  startTransition(() => render(app));
}

// The service worker shows a page while offline. It needs https or localhost.
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
