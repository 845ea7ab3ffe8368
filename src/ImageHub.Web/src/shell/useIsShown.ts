import { useEffect, useRef } from "react";

/** A ref that is false once the component has been removed: an action that outlasts its page must not act on the next one. */
export function useIsShown() {
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}
