import { type InfiniteData, infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Photograph, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";
import type { en } from "../text/search.en";

/** The orders that photos are found in; a `-` descends. */
export type Sort = keyof (typeof en)["sorts"];

/** Which photos are looked for. */
export interface Wanted {
  /** Part of title, file name, tag or camera; empty: any. */
  q: string;
  /** All of these tags. */
  tags: string[];
  sort: Sort;
  /** Only those taken before this day, `2026-08-01`. */
  takenTo?: string;
}

/** Admins' lists have users' own images, too, which have no renditions. */
const reachable = <T extends { items: Photograph[] }, P>(data: InfiniteData<T, P>) => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, items: page.items.filter((image) => image.low) })),
});

/** Photos of all groups that are wanted, in pages, each at the same cost. */
export const foundImages = ({ q, tags, sort, takenTo }: Wanted) =>
  infiniteQueryOptions({
    queryKey: keys.found("images", q, tags, sort, takenTo),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/images", {
          params: {
            query: {
              cursor: pageParam,
              pageSize: 60,
              sort,
              ...(q && { q }),
              ...(tags.length > 0 && { tag: tags }),
              ...(takenTo && { takenTo }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    select: reachable,
  });

/** Groups with `q` in their title or description, a few at a time. */
export const foundGroups = (q: string) =>
  infiniteQueryOptions({
    queryKey: keys.found("groups", q),
    queryFn: ({ pageParam, signal }) =>
      photographs(api.GET("/api/v1/groups", { params: { query: { cursor: pageParam, pageSize: 6, q } }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    enabled: q !== "",
  });

/**
 * The first few groups with `q` in them, and enough photos to choose a few of several groups from. A request for what is no longer wanted is
 * cancelled.
 */
export const suggestions = (q: string) =>
  queryOptions({
    queryKey: keys.found("suggestions", q),
    queryFn: async ({ signal }) => {
      const [groups, images] = await Promise.all([
        photographs(api.GET("/api/v1/groups", { params: { query: { cursor: "", pageSize: 4, q } }, signal })),
        photographs(api.GET("/api/v1/images", { params: { query: { cursor: "", pageSize: 12, q } }, signal })),
      ]);
      return { groups: groups.items, images: images.items.filter((image) => image.low) };
    },
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });

/** The title of a group that the gallery has shown; undefined: nobody knows without asking. */
export const knownTitle = (id: string) =>
  queryClient
    .getQueriesData<Schemas["PageOfGroupResponse"]>({ queryKey: keys.gallery })
    .flatMap(([, listing]) => listing?.items ?? [])
    .find((group) => group.id === id)?.title;

/** The most used tags. */
export const mostUsedTags = queryOptions({
  queryKey: keys.found("tags"),
  queryFn: ({ signal }) => answer(api.GET("/api/v1/tags", { signal })),
});

/** The months that there are photos of, the latest first. */
export const months = queryOptions({
  queryKey: keys.found("months"),
  queryFn: ({ signal }) => answer(api.GET("/api/v1/images/months", { signal })),
});
