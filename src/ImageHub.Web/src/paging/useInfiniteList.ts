import {
  hashKey,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef } from "react";
import { hasModal } from "../shell/keyboard";

/** The maximum number of list pages that one call of `fetchRest` fetches. */
const mostAtOnce = 40;
/** The maximum number of list pages that are read again when the visitor returns to the tab. */
const mostReadAgain = 10;
/** The interval between renderings while the rest of the list is fetched, and the End key's wait, in milliseconds. */
const renderInterval = 400;

/**
 * Resolves when the list is complete or has grown by `mostAtOnce` pages, when a request has failed, or when the visitor has
 * left the list. Resolves at once if another call is running.
 */
type FetchRest = () => Promise<void>;

/**
 * Reads a list page by page. Also returns a function that fetches the rest of the list. While the function runs, the list
 * is rendered only at intervals, because rendering each page would delay the complete list.
 */
export function useInfiniteList<Page, Key extends QueryKey, Param>(
  options: UseInfiniteQueryOptions<Page, Error, InfiniteData<Page>, Key, Param>,
): [UseInfiniteQueryResult<InfiniteData<Page>>, fetchRest: FetchRest] {
  const fetchesRest = useRef(false);
  const [, render] = useReducer((count: number) => count + 1, 0);
  const query = useInfiniteQuery({
    ...options,
    // Photos that have been hidden or deleted meanwhile disappear. A longer list would need too many requests.
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= mostReadAgain,
    // The other properties that pages read change together with these.
    notifyOnChangeProps: () => (fetchesRest.current ? [] : ["data", "error", "isFetching", "isFetchingNextPage"]),
  });
  const latest = useRef(query);
  latest.current = query;

  /** The list on the page; empty once the page has been left. */
  const shown = useRef("");
  const name = hashKey(options.queryKey);
  useEffect(() => {
    shown.current = name;
    return () => {
      shown.current = "";
    };
  }, [name]);
  const fetchRest: FetchRest = useCallback(async () => {
    if (fetchesRest.current) return;
    fetchesRest.current = true;
    const shows = setInterval(render, renderInterval);
    const list = shown.current;
    let goesOn = latest.current.hasNextPage;
    for (let pages = 0; goesOn && pages < mostAtOnce; pages++) {
      // A request for the next page that is under way is awaited instead of repeated.
      const result = await latest.current.fetchNextPage({ cancelRefetch: false });
      goesOn = result.hasNextPage && !result.isError && shown.current === list;
    }
    clearInterval(shows);
    fetchesRest.current = false;
    render();
  }, []);

  // The End key shows the end of the whole list at once, or when the list has loaded, unless the visitor does something else
  // first. If loading takes longer than `renderInterval`, the page first shows the end of the loaded part. `endOf` is the list
  // whose end is awaited; empty if none.
  const endOf = useRef("");
  const { hasNextPage, data } = query;
  const loaded = data?.pages.length;
  const late = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const stay = () => {
      endOf.current = "";
      clearTimeout(late.current);
    };
    const listen = (event: KeyboardEvent) => {
      stay();
      if (event.defaultPrevented || !isEnd(event) || isElsewhere(event.target)) return;
      event.preventDefault();
      if (!hasNextPage) return scrollToEnd();
      endOf.current = name;
      late.current = setTimeout(scrollToEnd, renderInterval);
      void fetchRest();
    };
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener("keydown", listen, { signal });
    for (const type of ["wheel", "pointerdown"]) addEventListener(type, stay, { passive: true, signal });
    return () => {
      stay();
      listening.abort();
    };
  }, [hasNextPage, fetchRest, name]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each newly loaded page moves the end.
  useLayoutEffect(() => {
    if (endOf.current !== name) return;
    clearTimeout(late.current);
    if (hasNextPage) {
      late.current = setTimeout(scrollToEnd, renderInterval);
      return;
    }
    endOf.current = "";
    scrollToEnd();
  }, [hasNextPage, loaded, name]);
  return [query, fetchRest];
}

const isEnd = ({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) =>
  key === "End" && !altKey && !ctrlKey && !metaKey && !shiftKey;

/** Whether a key belongs to a dialog, the viewer or a field. */
const isElsewhere = (target: EventTarget | null) =>
  hasModal() ||
  document.querySelector("[data-viewer-open]") !== null ||
  (target instanceof Element && target.closest("input, textarea, select") !== null);

const scrollToEnd = () => scrollTo(0, document.documentElement.scrollHeight);
