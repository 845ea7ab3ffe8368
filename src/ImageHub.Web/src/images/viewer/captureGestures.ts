/**
 * Keeps wheel and pointer events of a scrollable element, and keys typed into its fields, from the viewer around it and the
 * page behind it. Returns a function that removes the listeners.
 */
export function captureGestures(element: HTMLElement) {
  const press = (event: Event) => event.stopPropagation();
  // The viewer zooms with + and −, and moves a zoomed photo with the arrows. Escape closes the panel.
  const type = (event: KeyboardEvent) => {
    if (event.key !== "Escape" && event.target instanceof HTMLTextAreaElement) event.stopPropagation();
  };
  const turn = (event: WheelEvent) => {
    event.stopPropagation();
    // An element that cannot scroll passes the event on to the page.
    const isUpright = Math.abs(event.deltaY) > Math.abs(event.deltaX);
    if (isUpright && element.scrollHeight <= element.clientHeight) event.preventDefault();
  };
  element.addEventListener("pointerdown", press);
  element.addEventListener("keydown", type);
  element.addEventListener("wheel", turn, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", press);
    element.removeEventListener("keydown", type);
    element.removeEventListener("wheel", turn);
  };
}
