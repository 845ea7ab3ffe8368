import { useLayoutEffect, useRef } from "react";
import { hasModal, isComposing, keyOf } from "../../shell/keyboard";

/**
 * The keyboard shortcuts of the viewer by key name. Keys that a part of the viewer, the focused element or a dialog
 * handles are ignored.
 */
export function useKeys(keys: Record<string, () => void>) {
  const latest = useRef(keys);
  // Updated after the commit: an interrupted rendering may know photos that the viewer does not show yet.
  useLayoutEffect(() => {
    latest.current = keys;
  });
  // Keys work from the first frame that shows the viewer.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      const act = latest.current[keyOf(event)];
      if (
        act === undefined ||
        isComposing(event) ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return;
      // A dialog gets all keys, even while nothing has the focus.
      if (hasModal()) return;
      if (target instanceof Element) {
        if (target.closest(":is(dialog, [role=dialog], [role=alertdialog]):not([data-viewer-open])")) return;
        if (target.closest("select, input, textarea") && key !== "Escape") return;
        if (key === " " && target.closest("a, button")) return;
      }
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
