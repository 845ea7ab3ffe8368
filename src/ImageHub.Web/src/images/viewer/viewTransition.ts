// View transitions between a photo in the page and the viewer. The movement shows where in the page the reader is.

/** Whether transitions run: the browser supports them, and the reader has not asked for reduced motion. */
export const canGrow = () =>
  typeof document.startViewTransition === "function" && !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Closes the viewer with `close` and a transition to the photo in the page if the photo is in view. */
export function closeInto(placeOf: () => HTMLElement | null, close: () => void) {
  const from = slide();
  if (from === null || !canGrow()) close();
  else
    grow(from, close, () =>
      document.querySelector("[data-viewer-open]") === null ? (inView(placeOf()) ?? document.body) : null,
    );
}

/** The viewer's current photo; null if none is shown. */
export const slide = () => document.querySelector<HTMLElement>(".yarl__slide_current [data-resolution]");

let named: HTMLElement | null = null;

/** Gives the transition's name to an element; null removes it. Only one element may have the name. */
function name(element: HTMLElement | null) {
  if (named !== null) named.style.viewTransitionName = "";
  named = element;
  if (named !== null) named.style.viewTransitionName = "photo";
}

/** Changes the page with a transition between the elements `from` and `find()`, once the latter exists. */
export function grow(from: HTMLElement, change: () => void, find: () => HTMLElement | null) {
  let to: HTMLElement | null = null;

  // The previous transition may still be running if the viewer is closed at once.
  name(from);
  const transition = document.startViewTransition(async () => {
    change();
    const found = await appearing(find);
    to = found === document.body ? null : found;
    name(to);
  });
  const end = () => {
    if (named === to) name(null);
  };
  // A transition that is replaced, or skipped on a hidden page, still changes the page. Its rejections are ignored.
  for (const part of [transition.ready, transition.updateCallbackDone]) part.catch(() => undefined);
  transition.finished.then(end, end);
}

/** The maximum wait for the new element, in milliseconds. The page is frozen during the wait. */
const maxWait = 600;

/**
 * Waits for `find` to return an element; null after a timeout. No frames are drawn during a transition's update, so
 * the function observes the document.
 */
function appearing(find: () => HTMLElement | null) {
  return new Promise<HTMLElement | null>((resolve) => {
    const settle = (found: HTMLElement | null) => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(found);
    };
    const look = () => {
      const found = find();
      if (found !== null) settle(found);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => settle(null), maxWait);
    observer.observe(document.body, { childList: true, subtree: true });
    look();
  });
}

function inView(element: HTMLElement | null) {
  const box = element?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight ? element : null;
}
