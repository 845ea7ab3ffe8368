import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";
import type { en } from "../text/search.en";

/** The sort orders of found photos; `-` means descending. */
export type Sort = keyof (typeof en)["sorts"];

/** The filters of a search for photos. */
export interface Wanted {
  /** A part of a title, file name, tag or camera; "" for all photos. */
  q: string;
  /** A photo must have all of these tags. */
  tags: string[];
  sort: Sort;
  /** If set, the results include only photos taken before this day, such as `2026-08-01`. */
  takenTo?: string;
}

/** The parameter that excludes users' private images from the responses of admins and editors. The visitors' pages do not show them. */
const ofGroups = { withUsersImages: false };

/** The matching photos of all groups. Keyset paging has the same cost at any depth. */
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
              ...ofGroups,
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
  });

/** The groups with `q` in their title or description. */
export const foundGroups = (q: string) =>
  infiniteQueryOptions({
    queryKey: keys.found("groups", q),
    queryFn: ({ pageParam, signal }) =>
      photographs(api.GET("/api/v1/groups", { params: { query: { cursor: pageParam, pageSize: 6, q } }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    enabled: q !== "",
  });

/** The first groups and photos that match `q`. More photos are requested than are shown, to include several groups. */
export const suggestions = (q: string) =>
  queryOptions({
    queryKey: keys.found("suggestions", q),
    queryFn: async ({ signal }) => {
      const [groups, images] = await Promise.all([
        photographs(api.GET("/api/v1/groups", { params: { query: { cursor: "", pageSize: 4, q } }, signal })),
        photographs(
          api.GET("/api/v1/images", { params: { query: { cursor: "", pageSize: 12, q, ...ofGroups } }, signal }),
        ),
      ]);
      return { groups: groups.items, images: images.items };
    },
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });

/** The title of a group that the gallery has loaded; undefined for other groups. */
export const knownTitle = (id: string) =>
  queryClient
    .getQueriesData<Schemas["PageOfGroupResponse"]>({ queryKey: keys.gallery })
    .flatMap(([, listing]) => listing?.items ?? [])
    .find((group) => group.id === id)?.title;

/** The most used tags. */
export const mostUsedTags = queryOptions({
  queryKey: keys.found("tags"),
  queryFn: ({ signal }) => answer(api.GET("/api/v1/tags", { params: { query: ofGroups }, signal })),
});

/** The months that have photos, the latest first. */
export const months = queryOptions({
  queryKey: keys.found("months"),
  queryFn: ({ signal }) => answer(api.GET("/api/v1/images/months", { params: { query: ofGroups }, signal })),
});
