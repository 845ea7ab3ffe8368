// A photo grows out of its place in the page into the viewer, and back into it (View Transitions): what moves says where one is.

/** Whether photos grow: where the browser can, for those who want motion. */
export const canGrow = () =>
  typeof document.startViewTransition === "function" && !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Closes the viewer by `close`: the photo shrinks into its place in the page if that is in view. */
export function closeInto(placeOf: () => HTMLElement | null, close: () => void) {
  const from = slide();
  if (from === null || !canGrow()) close();
  else
    grow(from, close, () =>
      document.querySelector("[data-viewer-open]") === null ? (inView(placeOf()) ?? document.body) : null,
    );
}

/** The photo that the viewer shows; null while it shows none. */
export const slide = () => document.querySelector<HTMLElement>(".yarl__slide_current [data-resolution]");

let named: HTMLElement | null = null;

/** Gives an element the name of what moves, which only one may have; null: none has it. */
function name(element: HTMLElement | null) {
  if (named !== null) named.style.viewTransitionName = "";
  named = element;
  if (named !== null) named.style.viewTransitionName = "photo";
}

/** Changes the page; what `from` shows becomes what `find` finds as soon as it is there. */
export function grow(from: HTMLElement, change: () => void, find: () => HTMLElement | null) {
  let to: HTMLElement | null = null;

  // The one before may still be moving: who closes the viewer at once does not wait for that.
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
  // One that another takes the place of, or that a hidden page skips, has changed the page all the same.
  for (const part of [transition.ready, transition.updateCallbackDone]) part.catch(() => undefined);
  transition.finished.then(end, end);
}

/** The longest that a page stands still for a transition, in milliseconds. */
const maxWait = 600;

/** What `find` finds once it is there; null if it takes too long. No frame is drawn meanwhile, so frames cannot be waited for. */
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
