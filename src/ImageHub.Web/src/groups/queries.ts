import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Group, photographs, type Schemas, type WithRenditions } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";

/** A page of 12 groups. `q` limits the list to groups whose title or description contains it. */
export const groupListPage = (page: number, q = "") =>
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
    // Shows the gallery's copy of the group until the response arrives.
    placeholderData: () =>
      queryClient
        .getQueriesData<WithRenditions<Schemas["PageOfGroupResponse"]>>({ queryKey: keys.gallery })
        .flatMap(([, listing]) => listing?.items ?? [])
        .find((group) => group.id === id),
  });

/** Starts to fetch the data of a group's page. Resolves once the photos have arrived or failed. */
export function fetchGroupAhead(id: string) {
  void queryClient.prefetchQuery(groupById(id));
  return queryClient.prefetchInfiniteQuery(groupImages(id));
}

/** A group's images, a small page first. Keyset paging has the same cost at any depth. */
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

/** The page sizes. The first page fills a few screens and arrives early. */
const [firstPage, nextPage] = [30, 60];

/** All groups, including unpublished groups, in the curators' order. `q` limits the list to groups that contain it. */
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
