const focusOn = (element: HTMLElement) => element.focus({ preventScroll: true });

/** Leads the focus to a place, or to the page, where it was on something that has gone. */
export function keepFocus(place: () => HTMLElement | null | undefined, focus = focusOn, frames = 20) {
  requestAnimationFrame(() => {
    const next = place() ?? document.getElementById("content");
    if (next && document.activeElement === document.body) focus(next);
    // A dialog that closes gives the focus back a little later, to what may be gone by then.
    if (frames > 0) keepFocus(place, focus, frames - 1);
  });
}

/** Leads the focus from the last button of a row that goes away to that of the row that takes its place. */
export const keepRow = (at: number) =>
  keepFocus(() => {
    const buttons = [...document.querySelectorAll<HTMLElement>("#content li > button:last-of-type")];
    return buttons[at] ?? buttons.at(-1);
  });
