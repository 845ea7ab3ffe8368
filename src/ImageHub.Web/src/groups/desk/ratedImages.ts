import { infiniteQueryOptions } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { api, photographs } from "../../api/client";
import { keys } from "../../api/keys";

/** The photos of a group by rating: those with at least `least` stars (0: all), the best first or in the group's order. */
export interface RatedView {
  least: number;
  isBestFirst: boolean;
}

/** The view in the page's address (`?rating=3&sort=-rating`), and a function that changes it. */
export function useRatedView() {
  const [search, setSearch] = useSearchParams();
  const rating = search.get("rating") ?? "";
  const least = /^[1-5]$/.test(rating) ? Number(rating) : 0;
  const isBestFirst = search.get("sort") === "-rating";
  const view = useMemo<RatedView>(() => ({ least, isBestFirst }), [least, isBestFirst]);
  const setView = useCallback(
    (next: RatedView) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          after.delete("rating");
          after.delete("sort");
          if (next.least > 0) after.set("rating", String(next.least));
          if (next.isBestFirst) after.set("sort", "-rating");
          return after;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setSearch],
  );
  return [view, setView] as const;
}

/** A group's photos by rating. */
export const ratedImages = (groupId: string, { least, isBestFirst }: RatedView) =>
  infiniteQueryOptions({
    queryKey: keys.ratedImages(groupId, least, isBestFirst),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/images", {
          params: {
            query: {
              groupId,
              ...(least > 0 && { rating: least }),
              sort: isBestFirst ? "-rating" : "position",
              cursor: pageParam,
              pageSize: 60,
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });
