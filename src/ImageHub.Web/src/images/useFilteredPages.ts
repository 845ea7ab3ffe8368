import { useEffect, useMemo } from "react";
import type { Photograph } from "../api/client";
import { itemsOf } from "../api/pages";
import type { PagesOf } from "./viewer/viewerContext";

/**
 * The photos with the given ids from a paged list. Pages are fetched until all these photos are loaded. Without `ids` the
 * list stays as it is.
 */
export function useFilteredPages<T extends PagesOf<Photograph>>(images: T, ids: ReadonlySet<string> | undefined): T {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = images;
  const items = useMemo(() => itemsOf(data).filter(({ id }) => ids?.has(id)), [data, ids]);
  const lacks = ids !== undefined && data !== undefined && hasNextPage && items.length < ids.size;
  const fetches = lacks && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (fetches) void fetchNextPage();
  }, [fetches, fetchNextPage]);
  const pages = useMemo(() => data && { ...data, pages: [{ items }] }, [data, items]);
  if (ids === undefined) return images;
  return { ...images, data: lacks && !isFetchNextPageError ? undefined : pages, hasNextPage: false };
}
