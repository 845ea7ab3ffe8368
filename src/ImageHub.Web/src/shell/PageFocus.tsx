import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { pathOfPage } from "./useScroll";

/** The server's tags about the requested page, after the title in the document's head. */
const written = document.querySelectorAll("title~meta,[rel=canonical],[type*=ld]");

/**
 * Does the work of a document load when another page is shown: focuses the content and removes the head's tags about
 * the old address. Browsers share a page by its canonical address. The viewer does not count as a page.
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
