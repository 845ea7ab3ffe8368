import type { InfiniteData, QueryClient, QueryKey, UseInfiniteQueryOptions } from "@tanstack/react-query";
import { whenIdle } from "../shell/whenIdle";

/** The number of list pages that are loaded without scrolling. */
const pagesAhead = 6;

export type Page = { nextCursor?: string | null | undefined };
export type List<One, Key extends QueryKey> = Pick<
  UseInfiniteQueryOptions<One, Error, InfiniteData<One>, Key, string>,
  "queryKey" | "queryFn"
>;

/**
 * Fetches the first pages of a list one after another and adds them to the list, until the signal is aborted or a page
 * cannot be fetched. Fetches nothing if the visitor saves data.
 */
export async function fetchAhead<One extends Page, Key extends QueryKey>(
  client: QueryClient,
  { queryKey, queryFn }: List<One, Key>,
  signal: AbortSignal,
) {
  if (typeof queryFn !== "function" || savesData()) return;
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
      await new Promise<void>(whenIdle);
    } catch {
      return;
    }
  }
}

/** Nothing competes with the photos of the viewer, which fetches the pages that it reaches. */
const isViewerOpen = () => document.querySelector("[data-viewer-open]") !== null;

/** Whether the browser saves data or the connection is very slow (https://wicg.github.io/netinfo/). */
function savesData() {
  const { connection } = navigator as { connection?: { saveData?: boolean; effectiveType?: string } };
  return connection?.saveData === true || connection?.effectiveType?.endsWith("2g") === true;
}
