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
// In slices, so that a slow phone can answer in between.
void haveWords().then(() => startTransition(() => render(app)));

// Shows an offline page where there is no connection; needs https, or localhost.
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
