/** Calls `act` once the page and its first photos have loaded and the browser is idle. Returns the function that cancels it. */
export function whenPageIsIdle(act: () => void) {
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const actOnce = () => signal.aborted || act();
  const actLater = () => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(actOnce), 1000);
  if (document.readyState === "complete") actLater();
  else addEventListener("load", actLater, { once: true, signal });
  return () => cancelling.abort();
}
