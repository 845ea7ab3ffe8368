import { useEffect, useLayoutEffect } from "react";
import { useLocation, useNavigationType } from "react-router";
import { forThisTab } from "../api/storage";
import { pageNumberOf } from "../groups/visitors/pageNumber";

// The router calls the first history entry of every document "default". A unique key separates its scroll position
// from those of other documents.
if (history.state?.key === undefined)
  history.replaceState({ ...history.state, key: Math.random().toString(36).slice(2) }, "");

/** The scroll position of each history entry in CSS pixels, which survives a reload. */
const stored = "imagehub.scroll";
const positions: Record<string, number> = JSON.parse(forThisTab.get(stored) ?? "{}");

// The reader can scroll the first screen before the app is rendered.
const noteFirst = () => {
  positions[history.state.key] = scrollY;
};
if (scrollY > 0) noteFirst();
addEventListener("scroll", noteFirst, { passive: true });

let isNew = true;

/**
 * Scrolls a new page to its top, and a revisited or reloaded page to its last position. While the page is still too
 * short, the position is restored as the page grows, until the reader scrolls.
 */
export function useScroll() {
  const { key, pathname, search } = useLocation();
  const cameBack = useNavigationType() === "POP";
  // The pages of a list have one path.
  const page = `${pathOfPage(pathname)} ${pageNumberOf(new URLSearchParams(search))}`;

  useEffect(() => {
    history.scrollRestoration = "manual";
    const keep = () => forThisTab.set(stored, JSON.stringify(positions));
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, []);

  // The listener is removed before the next page scrolls. Otherwise that scroll would overwrite this page's position.
  useLayoutEffect(() => {
    const note = () => {
      positions[key] = scrollY;
    };
    removeEventListener("scroll", noteFirst);
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [key]);

  useLayoutEffect(() => {
    // The browser scrolls to anchors within the page (`#content`). A new document is at its top already; scrolling it
    // would force a layout during rendering.
    const left = positions[key] ?? 0;
    const isThere = isNew && left === 0;
    isNew = false;
    if (cameBack && key !== "default" && !isThere) return follow(left);
  }, [key, cameBack]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another page starts at its top.
  useLayoutEffect(() => {
    if (!cameBack) scrollTo(0, 0);
  }, [page]);
}

/** The page of an address. The viewer does not count as a page. */
export const pathOfPage = (pathname: string) => pathname.replace(/\/images\/[^/]+$/, "");

/** Scrolls to `top` now, and when the page grows, until the position is reached or the reader scrolls. */
function follow(top: number) {
  const content = new ResizeObserver(() => {
    scrollTo(0, top);
    if (Math.abs(scrollY - top) < 1) stop();
  });
  const stop = () => {
    content.disconnect();
    for (const move of moves) removeEventListener(move, stop);
  };
  scrollTo(0, top);
  if (Math.abs(scrollY - top) < 1) return;
  content.observe(document.body);
  for (const move of moves) addEventListener(move, stop, { passive: true });
  return stop;
}

const moves = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
