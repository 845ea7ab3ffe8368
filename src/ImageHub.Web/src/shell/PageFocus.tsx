import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { pageOf } from "./useScroll";

/** Moves the focus to the content when another page is shown, as a document's load would; the viewer is no page of its own. */
export function PageFocus() {
  const page = pageOf(useLocation().pathname);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [page]);
  return null;
}
