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
 * failure has no effect, because scrolling fetches the page again. Visitors who save data fetch only the pages they reach.
 */
export function useFetchAhead<One extends Page, Key extends QueryKey>(
  list: List<One, Key>,
  { data, isFetching }: Pick<UseInfiniteQueryResult<InfiniteData<One>>, "data" | "isFetching">,
) {
  const client = useQueryClient();
  const latest = useRef(list);
  latest.current = list;
  const name = hashKey(list.queryKey);
  const isReady = data !== undefined && !isFetching;
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
    if (!state?.data || !cursor || state.data.pages.length >= pagesAhead || state.fetchStatus !== "idle") return;
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
    } catch {
      return;
    }
  }
}

/** Whether the browser saves data or the connection is very slow (https://wicg.github.io/netinfo/). */
function savesData() {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || connection?.effectiveType?.endsWith("2g") === true;
}
