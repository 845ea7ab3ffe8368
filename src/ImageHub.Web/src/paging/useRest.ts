import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { hasModal } from "../shell/keyboard";

type PagedQuery = Pick<UseInfiniteQueryResult<{ pages: unknown[] }>, "hasNextPage" | "data" | "fetchNextPage">;

/**
 * Returns a function that fetches the rest of a page's list.
 *
 * The key End shows the end of the whole list when it has loaded, unless the reader does anything else before. If that takes
 * longer than a moment, it first shows the end of the loaded part.
 */
export function useRest(query: PagedQuery) {
  const { hasNextPage, data } = query;
  const latest = useRef(query);
  latest.current = query;
  const fetchRest = useCallback(() => fetchAll(latest.current), []);

  const [goesToEnd, setGoesToEnd] = useState(false);
  useEffect(() => {
    if (!hasNextPage) return;
    const listen = (event: KeyboardEvent) => {
      const goes = isEnd(event) && !isElsewhere(event.target);
      setGoesToEnd(goes);
      if (!goes) return;
      event.preventDefault();
      void fetchRest();
    };
    const stay = () => setGoesToEnd(false);
    addEventListener("keydown", listen);
    for (const type of gestures) addEventListener(type, stay, { passive: true });
    return () => {
      removeEventListener("keydown", listen);
      for (const type of gestures) removeEventListener(type, stay);
    };
  }, [hasNextPage, fetchRest]);
  const loaded = data?.pages.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each newly loaded page moves the end.
  useLayoutEffect(() => {
    if (!goesToEnd) return;
    if (!hasNextPage) {
      setGoesToEnd(false);
      scrollToEnd();
      return;
    }
    const timer = setTimeout(scrollToEnd, atOnce);
    return () => clearTimeout(timer);
  }, [goesToEnd, hasNextPage, loaded]);
  return fetchRest;
}

/** The number of list pages that are fetched one after the other. */
const mostAtOnce = 40;

/** Resolves when the list is complete or has grown by the maximum number of pages, or when a request has failed. */
async function fetchAll({ hasNextPage, fetchNextPage }: PagedQuery) {
  for (let page = 0, goesOn = hasNextPage; goesOn && page < mostAtOnce; page++) {
    // A request for the next page that is under way is awaited instead of repeated.
    const result = await fetchNextPage({ cancelRefetch: false });
    goesOn = result.hasNextPage && !result.isError;
  }
}

const isEnd = ({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) =>
  key === "End" && !altKey && !ctrlKey && !metaKey && !shiftKey;

/** Whether a key belongs to a dialog, the viewer or a field. */
const isElsewhere = (target: EventTarget | null) =>
  hasModal() ||
  document.querySelector("[data-viewer-open]") !== null ||
  (target instanceof Element && target.closest("input, textarea, select") !== null);

/** The time in milliseconds in which the rest may arrive before the end of the loaded part is shown. */
const atOnce = 400;

const scrollToEnd = () => scrollTo(0, document.documentElement.scrollHeight);

const gestures = ["wheel", "pointerdown"];
