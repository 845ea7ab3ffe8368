import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Group, photographs, type Schemas, type WithRenditions } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";

/** A page of the gallery, or of the groups with `q` in their title or description: 12 groups. */
export const groupsPage = (page: number, q = "") =>
  queryOptions({
    queryKey: keys.galleryPage(page, q),
    queryFn: ({ signal }) =>
      photographs(api.GET("/api/v1/groups", { params: { query: { page, pageSize: 12, ...(q && { q }) } }, signal })),
    placeholderData: keepPreviousData,
  });

export const groupById = (id: string) =>
  queryOptions<Group>({
    queryKey: keys.groupItself(id),
    queryFn: ({ signal }) => photographs(api.GET("/api/v1/groups/{id}", { params: { path: { id } }, signal })),
    // What the gallery said of it, until its own answer comes.
    placeholderData: () =>
      queryClient
        .getQueriesData<WithRenditions<Schemas["PageOfGroupResponse"]>>({ queryKey: keys.gallery })
        .flatMap(([, listing]) => listing?.items ?? [])
        .find((group) => group.id === id),
  });

/** Begins to fetch what a group's page shows; resolves once it knows the photos, or that they cannot be had. */
export function fetchGroupAhead(id: string) {
  void queryClient.prefetchQuery(groupById(id));
  return queryClient.prefetchInfiniteQuery(groupImages(id));
}

/** A group's images in pages, a small one first, each starting where the last ended, at the same cost at any depth. */
export const groupImages = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.groupImages(id),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/groups/{id}/images", {
          params: { path: { id }, query: { cursor: pageParam, pageSize: pageParam === "" ? firstPage : nextPage } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });

/** Images to a page. The first is what fills a few screens, and is there soon. */
const [firstPage, nextPage] = [30, 60];

/** Every group for the desk, unpublished ones too, in the admin's order; or those with `q` in their title or description. */
export const deskGroups = (q: string) =>
  infiniteQueryOptions({
    queryKey: keys.deskGroupsWith(q),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/groups", {
          params: { query: { cursor: pageParam, pageSize: 100, ...(q && { q }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    placeholderData: keepPreviousData,
  });
