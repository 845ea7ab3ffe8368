import { startTransition } from "react";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { connection } from "./api/connection";
import { render } from "./root";
import { haveWords } from "./text/words";

const app = (
  <BrowserRouter>
    <App />
  </BrowserRouter>
);
/** The maximum times in milliseconds that the first screen stays while the page's data and code load. */
const [maxWaitForRest, maxWait] = [2000, 10_000];

const wait = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/**
 * Replaces the first screen when the page's data and code have loaded, so that the photos do not disappear in between.
 * The rendering is a transition, so that a slow phone can respond during it.
 *
 * @param loaded - Resolves when all data and code have loaded.
 * @param shown - Resolves when the data of the first screen have loaded. Without them, the page would show placeholders.
 */
export async function start(loaded: Promise<unknown>, shown: Promise<unknown>) {
  await haveWords();
  if (document.querySelector("#root > main") && connection.get() !== "down")
    await Promise.race([
      loaded,
      wait(maxWaitForRest).then(() => shown),
      wait(maxWait),
      // Only the app can report that the server refuses requests.
      new Promise<void>((resolve) => connection.subscribe(() => connection.get() === "down" && resolve())),
    ]);
  // The next load of this page may be repeated again.
  history.replaceState({ ...history.state, loads: 0 }, "");
  startTransition(() => render(app));
}

// The service worker shows a page while offline. It needs https or localhost.
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
