import { hashKey, type QueryKey, type UseInfiniteQueryResult, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { whenPageIsIdle } from "../shell/whenIdle";
import type { List, Page } from "./fetchAhead";

/**
 * Fetches the first pages of a list while the browser is idle, so that visitors who scroll fast do not wait for them. A
 * failure is not shown in the list, because scrolling fetches the page again. Visitors who save data fetch only the pages they reach.
 */
export function useFetchAhead<One extends Page, Key extends QueryKey>(
  list: List<One, Key>,
  { isSuccess, isFetching }: Pick<UseInfiniteQueryResult, "isSuccess" | "isFetching">,
) {
  const client = useQueryClient();
  const name = hashKey(list.queryKey);
  const isReady = isSuccess && !isFetching;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has another name.
  useEffect(() => {
    if (!isReady) return;
    const leaving = new AbortController();
    const cancel = whenPageIsIdle(() => {
      // Loaded on demand, because the page is shown without it. If it cannot be loaded, scrolling fetches the pages.
      import("./fetchAhead").then(
        ({ fetchAhead }) => fetchAhead(client, list, leaving.signal),
        () => undefined,
      );
    });
    return () => {
      cancel();
      leaving.abort();
    };
  }, [client, name, isReady]);
}
