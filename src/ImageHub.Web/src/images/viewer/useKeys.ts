import { useEffect, useLayoutEffect, useRef } from "react";
import { hasModal, keyOf } from "../../shell/keyboard";

/**
 * What keys do in the viewer, by their names, wherever the focus is in it. A key that a part of the viewer has taken for itself, or that
 * belongs to what has the focus or to a dialog above, does nothing else.
 */
export function useKeys(keys: Record<string, () => void>) {
  const latest = useRef(keys);
  // Once it is shown: a rendering that a press interrupts knows photos which the viewer has not taken over yet.
  useLayoutEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      const act = latest.current[keyOf(event)];
      if (act === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      // The focus may be on nothing at all meanwhile.
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
