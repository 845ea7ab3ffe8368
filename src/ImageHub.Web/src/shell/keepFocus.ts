const focusOn = (element: HTMLElement) => element.focus({ preventScroll: true });

/** If the focused element has been removed, moves the focus to the element that `place` finds, or to the page's content. */
export function keepFocus(place: () => HTMLElement | null | undefined, focus = focusOn, frames = 20) {
  requestAnimationFrame(() => {
    const next = place() ?? document.getElementById("content");
    if (next && document.activeElement === document.body) focus(next);
    // A closing dialog restores the focus a little later, possibly to a removed element.
    if (frames > 0) keepFocus(place, focus, frames - 1);
  });
}

/** Moves the focus from a removed row's last button to the last button of the list's next row, or of its last row. */
export const keepRow = (list: HTMLElement | null, at: number) =>
  keepFocus(() => {
    const buttons = list?.isConnected ? [...list.querySelectorAll<HTMLElement>("li > button:last-of-type")] : [];
    return buttons[at] ?? buttons.at(-1);
  });
