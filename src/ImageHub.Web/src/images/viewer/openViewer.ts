import { growInto, moves } from "./movingPhoto";
import { areaInViewer, type ViewerPhoto } from "./viewerPhoto";

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

/** Opens the viewer with `open`, and lets the photo grow from its place if the viewer's code has been loaded. */
export function openFrom(place: HTMLElement, image: ViewerPhoto, open: () => void) {
  if (isFetched && moves()) growInto(areaInViewer(image), place, open);
  else open();
}
