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
// A transition, so that a slow phone can respond during rendering.
void haveWords().then(() => startTransition(() => render(app)));

// The service worker shows a page while offline. It needs https or localhost.
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
