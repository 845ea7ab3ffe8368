import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { isTemporary } from "../api/problem";
import { retryInterval } from "../api/queries";

/** The paging part of a query. */
export type PagedQuery = Pick<
  UseInfiniteQueryResult,
  "hasNextPage" | "isFetching" | "isFetchingNextPage" | "isFetchNextPageError" | "error" | "fetchNextPage"
>;

/** Returns a function that loads a list's next page. A page that failed is requested again while the server is unavailable. */
export function useNextPage({ fetchNextPage, isFetchNextPageError, error }: PagedQuery) {
  // A request for the rest of the list may be under way and must not be cancelled.
  const loadNext = useCallback(() => fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  useEffect(() => {
    if (!isFetchNextPageError || !isTemporary(error)) return;
    const timer = setTimeout(loadNext, retryInterval);
    return () => clearTimeout(timer);
  }, [isFetchNextPageError, error, loadNext]);
  return loadNext;
}
