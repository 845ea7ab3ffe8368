import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root.");

const root = createRoot(place);

/** Renders the app. React is half of the first page's code, so this module is loaded separately: two short tasks replace a long one. */
export const render = (app: ReactNode) =>
  root.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>{app}</QueryClientProvider>
    </StrictMode>,
  );
