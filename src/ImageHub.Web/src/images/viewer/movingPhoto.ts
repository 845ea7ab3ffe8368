import styles from "./movingPhoto.module.css";

// A copy of a photo moves between its place on the page and the viewer, to show where the photo belongs. The copy
// appears in the frame after a tap. Moving and fading do not need the main thread.

/** A rectangle in the window, in CSS pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const duration = 240;
export const easing = "cubic-bezier(0.2, 0, 0, 1)";
/** The maximum wait for the viewer to open or close, in milliseconds. */
const maxWait = 3000;

/** Whether photos move: the reader has not asked for reduced motion. */
export const moves = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The viewer's current photo; null if none is shown. */
export const slide = () => document.querySelector<HTMLElement>(".yarl__slide_current [data-resolution]");

/** Opens the viewer with `open` while the photo at a place on the page grows to its area in the viewer. */
export function growInto(area: Area, place: HTMLElement, open: () => void) {
  const picture = pictureIn(place);
  if (picture === undefined || document.querySelector(`.${styles.stage}`)) {
    open();
    return;
  }
  const { stage, photo, backdrop } = raise(picture, area);
  const grows = [move(photo, picture, area, "reverse"), backdrop.animate({ opacity: [0, 1] }, { duration, easing })];
  document.body.append(stage);
  const opened = until(() => slide() !== null);
  // The first frame shows the copy. The viewer is built afterwards.
  requestAnimationFrame(() => setTimeout(open));
  void Promise.all([opened, ...grows.map(({ finished }) => finished)])
    .then(twoFrames)
    .finally(() => stage.remove());
}

/** The visible picture in an element; undefined if it has not loaded. */
export const pictureIn = (element: HTMLElement) =>
  [...element.querySelectorAll("img")].filter((image) => isShown(image) && image.currentSrc !== "").at(-1);

const isShown = (image: HTMLImageElement) => !image.hidden && image.complete && image.naturalWidth > 0;

/** A copy of a picture in an area of the window, on a dark backdrop above everything else. */
export function raise(picture: HTMLImageElement, area: Area) {
  const stage = document.createElement("div");
  const backdrop = document.createElement("div");
  const photo = new Image();
  stage.className = styles.stage ?? "";
  stage.setAttribute("aria-hidden", "true");
  backdrop.className = styles.backdrop ?? "";
  photo.className = styles.photo ?? "";
  photo.decoding = "sync";
  photo.src = picture.currentSrc;
  for (const side of ["left", "top", "width", "height"] as const) photo.style[side] = `${area[side]}px`;
  stage.append(backdrop, photo);
  return { stage, photo, backdrop };
}

/** Moves a photo from its area in the viewer to a picture on the page, or back. The picture may be cropped. */
export function move(photo: HTMLElement, picture: HTMLImageElement, area: Area, direction: PlaybackDirection) {
  const place = picture.getBoundingClientRect();
  const scale = Math.max(place.width / area.width, place.height / area.height);
  const cropped = { x: area.width * scale - place.width, y: area.height * scale - place.height };
  const [x = 0.5, y = 0.5] = getComputedStyle(picture)
    .objectPosition.split(" ")
    .map((share) => Number.parseFloat(share) / 100);
  const [left, top] = [place.left - cropped.x * x - area.left, place.top - cropped.y * y - area.top];
  const timing = { duration, easing, direction, fill: "both" as const };
  if (cropped.x > 1 || cropped.y > 1) {
    const sides = [cropped.y * y, cropped.x * (1 - x), cropped.y * (1 - y), cropped.x * x];
    // A separate animation, because a clip needs the main thread.
    photo.animate(
      { clipPath: ["inset(0)", `inset(${sides.map((side) => `${Math.max(0, side / scale)}px`).join(" ")})`] },
      timing,
    );
  }
  return photo.animate({ transform: ["none", `translate(${left}px, ${top}px) scale(${scale})`] }, timing);
}

/** Waits until `isThere()` is true, or the maximum wait is over. */
export function until(isThere: () => boolean) {
  return new Promise<void>((resolve) => {
    const end = () => {
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    };
    const observer = new MutationObserver(() => isThere() && end());
    const timer = setTimeout(end, maxWait);
    observer.observe(document.body, { childList: true, subtree: true });
  });
}

const twoFrames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
