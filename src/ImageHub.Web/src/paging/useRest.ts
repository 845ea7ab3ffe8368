import { type FetchInfiniteQueryOptions, hashKey, type QueryKey } from "@tanstack/react-query";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { queryClient } from "../api/queries";
import { hasModal } from "../shell/keyboard";

type Options<TPage, TKey extends QueryKey> = FetchInfiniteQueryOptions<TPage, Error, TPage, TKey, string> & {
  getNextPageParam: (last: TPage, pages: TPage[], lastParam: string, params: string[]) => string | undefined | null;
};

/**
 * Returns a function that fetches the rest of a page's list and shows it at once, which takes a fraction of the time
 * that one list page after the other takes.
 *
 * The key End shows the end of the whole list when it has loaded, unless the reader does anything else before. If that takes
 * longer than a moment, it first shows the end of the loaded part.
 */
export function useRest<TPage, TKey extends QueryKey>(
  options: Options<TPage, TKey>,
  { hasNextPage, data }: { hasNextPage: boolean; data: { pages: unknown[] } | undefined },
) {
  const latest = useRef(options);
  latest.current = options;
  const key = hashKey(options.queryKey);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function belongs to a list, which the key names.
  const fetchRest = useCallback(() => fetchAll(latest.current), [key]);

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

/** The number of list pages that are fetched together. Further ones follow one by one. */
const mostTogether = 40;

/** Resolves when the list is complete or has its maximum number of pages, or when a request has failed. */
async function fetchAll<TPage, TKey extends QueryKey>(options: Options<TPage, TKey>) {
  for (;;) {
    // If a request for the next page is under way, its result is returned, and the rest is still to be fetched.
    const data = await queryClient
      .fetchInfiniteQuery({ ...options, staleTime: 0, pages: mostTogether })
      .catch(() => undefined);
    const [last, param] = [data?.pages.at(-1), data?.pageParams.at(-1)];
    if (data === undefined || last === undefined || param === undefined || data.pages.length >= mostTogether) return;
    if (options.getNextPageParam(last, data.pages, param, data.pageParams) === undefined) return;
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
