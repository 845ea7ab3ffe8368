/** The number of times that `whenPageIsIdle` looks whether the page has loaded, in about ten seconds. */
const mostLooks = 20;

/**
 * Calls `act` once the page and its first photos have loaded and the browser is idle, but not within the first second. If
 * they take longer than ten seconds, does not wait for them. Returns the function that cancels it.
 */
export function whenPageIsIdle(act: () => void) {
  let looks = 0;
  let timer = setTimeout(look, 1000);
  let cancel = () => clearTimeout(timer);
  function look() {
    if (!hasLoaded() && ++looks < mostLooks) timer = setTimeout(look, 500);
    else cancel = whenIdle(act);
  }
  return () => cancel();
}

/** Calls `act` when the browser is idle. Returns the function that cancels it. */
export function whenIdle(act: () => void) {
  const { requestIdleCallback, cancelIdleCallback } = window;
  const timer = requestIdleCallback ? requestIdleCallback(act) : setTimeout(act, 200);
  return () => (cancelIdleCallback ?? clearTimeout)(timer as number);
}

/** Whether the document and all photos that are not fetched lazily have loaded. */
const hasLoaded = () =>
  document.readyState === "complete" &&
  [...document.images].every((image) => image.complete || image.loading === "lazy");
