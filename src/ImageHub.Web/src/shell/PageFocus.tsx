import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { pathOfPage } from "./useScroll";

/** The server's tags about the requested page, after the title in the document's head. */
const written = document.querySelectorAll("title~meta,[rel=canonical],[type*=ld]");

/**
 * Does what the browser does when it loads a new document. When another page is shown, it focuses the content; opening
 * the viewer does not count. When the address changes, it removes the server's tags about the old address, because
 * browsers share the canonical address that they find there.
 */
export function PageFocus() {
  const { pathname } = useLocation();
  const page = pathOfPage(pathname);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [page]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cleanup runs when the address changes.
  useEffect(
    () => () => {
      for (const element of written) element.remove();
    },
    [pathname],
  );
  return null;
}
