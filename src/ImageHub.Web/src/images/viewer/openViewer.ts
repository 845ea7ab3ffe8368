import { canGrow, grow, slide } from "./viewTransition";

let isFetched = false;

/** Fetches the viewer's code, once somebody is about to open it: what it grows into is then there at once. */
export function fetchViewer() {
  if (isFetched) return;
  void import("./Viewer").then(
    () => {
      isFetched = true;
    },
    // Who opens it is told.
    () => undefined,
  );
}

/** Opens the viewer by `open`: the photo grows out of its place if the viewer can be there at once. */
export function openFrom(place: HTMLElement, open: () => void) {
  if (isFetched && canGrow()) grow(place, open, slide);
  else open();
}
