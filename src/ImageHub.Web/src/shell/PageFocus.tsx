import { useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { pathOfPage } from "./useScroll";

/** The server's tags about the requested page, after the title in the document's head. */
const written = document.querySelectorAll("title~meta,[rel=canonical],[type*=ld]");

/** The page that was shown last. Visitors' pages and those for signed-in users have one component each. */
let shown: string | undefined;

/**
 * Imitates the loading of a new document. Focuses the content when another page is shown, but not when the viewer opens.
 * Keeps the focus on a link of the server's first screen, whose elements the app replaces.
 * Removes the server's tags when the address changes, because browsers would otherwise share the old canonical address.
 */
export function PageFocus() {
  const { pathname, search } = useLocation();
  const page = pathOfPage(pathname);
  const focused = useRef(document.querySelector("#root > main:not([id]) a:focus")?.getAttribute("href"));
  useEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return;
    const link = document.querySelector<HTMLElement>(`#content a[href="${focused.current}"]`);
    (link ?? document.getElementById("content"))?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (shown !== undefined && shown !== page) document.getElementById("content")?.focus({ preventScroll: true });
    shown = page;
  }, [page]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cleanup runs when the address changes.
  useEffect(
    () => () => {
      for (const element of written) element.remove();
    },
    [pathname, search],
  );
  return null;
}
