import {
  hashKey,
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { whenPageIsIdle } from "../shell/whenPageIsIdle";

/** The number of list pages that are loaded without scrolling. */
const pagesAhead = 6;

type Page = { nextCursor?: string | null | undefined };
type List<One, Key extends QueryKey> = Pick<
  UseInfiniteQueryOptions<One, Error, InfiniteData<One>, Key, string>,
  "queryKey" | "queryFn"
>;

/**
 * Fetches the first pages of a list while the browser is idle, so that visitors who scroll fast do not wait for them. A
 * failure is not shown in the list, because scrolling fetches the page again. Visitors who save data fetch only the pages they reach.
 */
export function useFetchAhead<One extends Page, Key extends QueryKey>(
  list: List<One, Key>,
  { isSuccess, isFetching }: Pick<UseInfiniteQueryResult<InfiniteData<One>>, "isSuccess" | "isFetching">,
) {
  const client = useQueryClient();
  const latest = useRef(list);
  latest.current = list;
  const name = hashKey(list.queryKey);
  const isReady = isSuccess && !isFetching;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has another name.
  useEffect(() => {
    if (!isReady || savesData()) return;
    const leaving = new AbortController();
    const cancel = whenPageIsIdle(() => void fetchAhead(client, latest.current, leaving.signal));
    return () => {
      cancel();
      leaving.abort();
    };
  }, [client, name, isReady]);
}

async function fetchAhead<One extends Page, Key extends QueryKey>(
  client: QueryClient,
  { queryKey, queryFn }: List<One, Key>,
  signal: AbortSignal,
) {
  if (typeof queryFn !== "function") return;
  while (!signal.aborted) {
    const state = client.getQueryState<InfiniteData<One>>(queryKey);
    const cursor = state?.data?.pages.at(-1)?.nextCursor;
    // Adding a page to a list that has failed or must be read again would mark the whole list as current.
    if (state?.status !== "success" || state.isInvalidated || state.fetchStatus !== "idle") return;
    if (!state.data || !cursor || state.data.pages.length >= pagesAhead || isViewerOpen()) return;
    const known = state.data;
    try {
      const page = await queryFn({
        client,
        queryKey,
        signal,
        meta: undefined,
        pageParam: cursor,
        direction: "forward",
      });
      const add = (now?: InfiniteData<One>) =>
        now === known ? { pages: [...known.pages, page], pageParams: [...known.pageParams, cursor] } : now;
      client.setQueryData<InfiniteData<One>>(queryKey, add, { updatedAt: state.dataUpdatedAt });
      await nextIdle();
    } catch {
      return;
    }
  }
}

/** Nothing competes with the photos of the viewer, which fetches the pages that it reaches. */
const isViewerOpen = () => document.querySelector("[data-viewer-open]") !== null;

const nextIdle = () => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));

/** Whether the browser saves data or the connection is very slow (https://wicg.github.io/netinfo/). */
function savesData() {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || connection?.effectiveType?.endsWith("2g") === true;
}
