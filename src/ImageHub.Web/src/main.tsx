import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { queryClient } from "./api/queries";
import { haveWords } from "./text/words";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");

const reactRoot = createRoot(root);
const render = () =>
  reactRoot.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
// In slices, so that a slow phone can answer in between.
void haveWords().then(() => startTransition(render));

// Shows an offline page where there is no connection; needs https, or localhost.
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
