import { useEffect, useLayoutEffect } from "react";
import { useLocation, useNavigationType } from "react-router";

// The router calls every entry that a document begins with by the same name, "default": this one gets a name of its own, so that the
// place where another page was left is not taken for this one's.
if (history.state?.key === undefined)
  history.replaceState({ ...history.state, key: Math.random().toString(36).slice(2) }, "");

/** Where each entry of the history was scrolled to, in CSS pixels; kept over a reload. */
const stored = "imagehub.scroll";
const positions: Record<string, number> = JSON.parse(sessionStorage.getItem(stored) ?? "{}");

let isNew = true;

/**
 * A new page starts at its top; one that is come back to, by the history or a reload, is where it was left. Where it is not
 * long enough yet because the rest is still loading, it follows as it grows, until the reader moves by themselves.
 */
export function useScroll() {
  const { key, pathname } = useLocation();
  const cameBack = useNavigationType() === "POP";
  const page = pageOf(pathname);

  useEffect(() => {
    history.scrollRestoration = "manual";
    const keep = () => sessionStorage.setItem(stored, JSON.stringify(positions));
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, []);

  // Before the page that comes scrolls to its own place: that is not where this one was left.
  useLayoutEffect(() => {
    const note = () => {
      positions[key] = scrollY;
    };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [key]);

  useLayoutEffect(() => {
    // What has no name is a place within the page (`#content`), to which the browser itself scrolls.
    // A document that has just come is at its top: scrolling it there would have it laid out in the middle of being made.
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

/** The page an address belongs to: the viewer is no page of its own. */
export const pageOf = (pathname: string) => pathname.replace(/\/images\/[^/]+$/, "");

/** Scrolls to `top` now, and again whenever the page grows. */
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
