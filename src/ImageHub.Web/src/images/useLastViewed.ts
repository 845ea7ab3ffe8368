import { useCallback, useEffect, useRef } from "react";

/** When the viewer closes, the photo it showed last gets the focus, in view. Answers what the viewer calls with each that it shows. */
export function useLastViewed(isOpen: boolean, find: (id: string) => HTMLElement | null) {
  const last = useRef<string>(undefined);
  const look = useRef(find);
  look.current = find;
  useEffect(() => {
    if (isOpen || last.current === undefined) return;
    const id = last.current;
    last.current = undefined;
    // After the viewer has given the page back its focus and its scrollbar.
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
