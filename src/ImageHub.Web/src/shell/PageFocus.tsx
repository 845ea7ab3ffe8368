import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { pageOf } from "./useScroll";

/** What the server wrote into the document's head of the page that was asked for, behind its title. */
const written = document.querySelectorAll("title~meta,[rel=canonical],[type*=ld]");

/**
 * Does what a document's load would: moves the focus to the content when another page is shown (the viewer is no page of its own), and
 * takes out of the head what was said of another address. Browsers share a page by its canonical one.
 */
export function PageFocus() {
  const { pathname } = useLocation();
  const page = pageOf(pathname);
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
