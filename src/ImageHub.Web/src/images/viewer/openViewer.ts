import { canGrow, grow, slide } from "./viewTransition";

let isFetched = false;

/** Fetches the viewer's code before it is needed, so that the viewer can open with a transition. */
export function fetchViewer() {
  if (isFetched) return;
  void import("./Viewer").then(
    () => {
      isFetched = true;
    },
    // The viewer's own route reports the error.
    () => undefined,
  );
}

/** Fetches the viewer's code once the page and its first photos have loaded. */
export function fetchViewerWhenIdle() {
  const fetchLater = () => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(fetchViewer), 1000);
  if (document.readyState === "complete") fetchLater();
  else addEventListener("load", fetchLater, { once: true });
}

/** Opens the viewer with `open` and a transition from the photo if the viewer's code has been loaded. */
export function openFrom(place: HTMLElement, open: () => void) {
  if (isFetched && canGrow()) grow(place, open, slide);
  else open();
}
