import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Group, photographs, type Schemas, type WithRenditions } from "../api/client";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
import { queryClient } from "../api/queries";

/** A page of 12 groups of the first level. */
export const groupListPage = (page: number) =>
  queryOptions({
    queryKey: keys.galleryPage(page),
    queryFn: ({ signal }) =>
      photographs(api.GET("/api/v1/groups", { params: { query: { page, pageSize: 12, parentId: "root" } }, signal })),
    placeholderData: keepPreviousData,
  });

/** The first 12 groups of any level whose title or description contains `q`. */
export const groupsTitled = (q: string) =>
  queryOptions({
    queryKey: keys.titled(q),
    queryFn: ({ signal }) =>
      photographs(api.GET("/api/v1/groups", { params: { query: { page: 1, pageSize: 12, ...(q && { q }) } }, signal })),
    placeholderData: keepPreviousData,
  });

/** The groups directly below a group. Members of the group also get hidden groups. */
export const groupsBelow = (id: string, isMember: boolean) =>
  infiniteQueryOptions({
    queryKey: keys.groupsBelow(id, isMember),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET(isMember ? "/api/v1/me/groups" : "/api/v1/groups", {
          params: { query: { cursor: pageParam, pageSize: 24, parentId: id } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });

type Listing = WithRenditions<Schemas["PageOfGroupResponse"]>;

/** Finds a group in the lists that the visitors' pages have loaded. */
const findKnown = (isWanted: (group: Group) => boolean) =>
  queryClient
    .getQueriesData<Partial<Listing & { pages: Partial<Listing>[]; groups: Group[] }>>({ queryKey: keys.gallery })
    .flatMap(([, data]) => [
      ...(data?.items ?? []),
      ...(data?.groups ?? []),
      ...(data?.pages?.flatMap(({ items }) => items ?? []) ?? []),
    ])
    .find(isWanted);

/** Whether the name of a group in an address is its id. */
export const isId = (name: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);

/** The path of a group's page. If no loaded list contains the group, the path contains the id, which the page replaces by the slug. */
export const pathOfGroup = (id: string) => `/groups/${findKnown((group) => group.id === id)?.slug ?? id}`;

/** Finds a group's id by its name in an address: `name` is the group's id or slug. */
export const groupIdAt = (name: string) =>
  queryOptions({
    queryKey: keys.groupAt(name),
    queryFn: async ({ signal }) => {
      const slug = name.toLowerCase();
      const found = /^[a-z0-9-]{1,80}$/.test(slug)
        ? await photographs(api.GET("/api/v1/groups", { params: { query: { slug, pageSize: 1 } }, signal }))
        : undefined;
      const [group] = found?.items ?? [];
      if (group === undefined) throw new Problem(404, "notFound", "", {}, null, null);
      queryClient.setQueryData<Group>(keys.groupItself(group.id), group);
      return group.id;
    },
    initialData: () => (isId(name) ? name : findKnown(({ slug }) => slug === name)?.id),
    // A page keeps its group if the slug changes.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const groupById = (id: string) =>
  queryOptions<Group>({
    queryKey: keys.groupItself(id),
    queryFn: ({ signal }) => photographs(api.GET("/api/v1/groups/{id}", { params: { path: { id } }, signal })),
    // Shows the gallery's copy of the group until the response arrives.
    placeholderData: () => findKnown((group) => group.id === id),
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

/**
 * Groups, including unpublished groups, in the curators' order. `q` limits the list to groups whose title or description
 * contains it. `parent` limits the list to the groups directly below this group, or to the first level (`root`).
 */
export const deskGroups = (q: string, parent = "") =>
  infiniteQueryOptions({
    queryKey: keys.deskGroupsWith(q, parent),
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/groups", {
          params: { query: { cursor: pageParam, pageSize: 100, ...(q && { q }), ...(parent && { parentId: parent }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    placeholderData: keepPreviousData,
  });
