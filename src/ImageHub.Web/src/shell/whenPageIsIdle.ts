/**
 * Calls `act` when the browser is idle, at least one second after this call and after the page and its first photos have
 * loaded. Returns the function that cancels it.
 */
export function whenPageIsIdle(act: () => void) {
  let timer = setTimeout(look, 1000);
  let isCancelled = false;
  function look() {
    if (!hasLoaded()) timer = setTimeout(look, 500);
    else (window.requestIdleCallback ?? setTimeout)(() => isCancelled || act());
  }
  return () => {
    isCancelled = true;
    clearTimeout(timer);
  };
}

/** Whether the document and all photos that are not fetched lazily have loaded. */
const hasLoaded = () =>
  document.readyState === "complete" &&
  [...document.images].every((image) => image.complete || image.loading === "lazy");
