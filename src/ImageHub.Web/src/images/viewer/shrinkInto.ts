import { duration, easing, move, moves, pictureIn, raise, slide, until } from "./movingPhoto";

/** Closes the viewer with `close`, then shrinks the photo to its place on the page. If the place is not in view, the photo fades. */
export function shrinkInto(placeOf: () => HTMLElement | null, close: () => void) {
  const from = slide();
  const picture = from && pictureIn(from);
  if (!from || !picture || !moves()) {
    close();
    return;
  }
  const area = from.getBoundingClientRect();
  const { stage, photo, backdrop } = raise(picture, area);
  document.body.append(stage);
  const closed = until(() => document.querySelector("[data-viewer-open]") === null);
  close();
  void closed
    .then(() => {
      const place = inView(placeOf());
      const target = place && pictureIn(place);
      const shrinks = target
        ? move(photo, target, area, "normal")
        : photo.animate({ opacity: [1, 0] }, { duration, easing, fill: "forwards" });
      const fades = backdrop.animate({ opacity: [1, 0] }, { duration, easing, fill: "forwards" });
      return Promise.all([shrinks.finished, fades.finished]);
    })
    .finally(() => stage.remove());
}

function inView(element: HTMLElement | null) {
  const box = element?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight ? element : null;
}
