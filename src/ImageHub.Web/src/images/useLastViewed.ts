import { useCallback, useEffect, useRef } from "react";

/** Focuses the last viewed photo when the viewer closes. Returns the callback that the viewer calls for each photo. */
export function useLastViewed(isOpen: boolean, find: (id: string) => HTMLElement | null) {
  const last = useRef<string>(undefined);
  const look = useRef(find);
  look.current = find;
  useEffect(() => {
    if (isOpen || last.current === undefined) return;
    const id = last.current;
    last.current = undefined;
    // Waits until the viewer has restored the focus and the scrollbar.
    const frame = requestAnimationFrame(() => {
      const photo = look.current(id);
      photo?.focus({ preventScroll: true });
      photo?.scrollIntoView({ block: "nearest" });
    });
    return () => cancelAnimationFrame(frame);
  }, [isOpen]);
  return useCallback((id: string) => {
    last.current = id;
  }, []);
}
