import { areaInViewer, type ViewerPhoto } from "./viewerPhoto";

/** Set once the viewer's code has been loaded. */
let motion: typeof import("./movingPhoto") | undefined;

/** Fetches the viewer's code before it is needed, so that the viewer can open with a transition. */
export function fetchViewer() {
  if (motion) return;
  void Promise.all([import("./movingPhoto"), import("./Viewer")]).then(
    ([loaded]) => {
      motion = loaded;
    },
    // The viewer's own route reports the error.
    () => undefined,
  );
}

/** Opens the viewer with `open`, and lets the photo grow from its place if the viewer's code has been loaded. */
export function openFrom(place: HTMLElement, image: ViewerPhoto, open: () => void) {
  if (motion?.moves()) motion.growInto(areaInViewer(image), place, open);
  else open();
}
