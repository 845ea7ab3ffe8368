/** Keeps wheel and finger on an element, which scrolls, from the viewer around it and the page behind that. Answers what ends it. */
export function captureGestures(element: HTMLElement) {
  const press = (event: Event) => event.stopPropagation();
  const turn = (event: WheelEvent) => {
    event.stopPropagation();
    // What does not scroll would pass it on to the page.
    const isUpright = Math.abs(event.deltaY) > Math.abs(event.deltaX);
    if (isUpright && element.scrollHeight <= element.clientHeight) event.preventDefault();
  };
  element.addEventListener("pointerdown", press);
  element.addEventListener("wheel", turn, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", press);
    element.removeEventListener("wheel", turn);
  };
}
