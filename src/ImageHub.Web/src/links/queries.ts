import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { isMissing, Problem } from "../api/problem";
import { queryClient } from "../api/queries";

export type GuestLink = Schemas["LinkResponse"];

/** A shared group as its guests see it. A guest's first request within an hour counts as a view. */
export const sharedGroup = (token: string) =>
  queryOptions({
    queryKey: keys.shared(token),
    queryFn: ({ signal }) => photographs(api.GET("/api/v1/shared/{token}", { params: { path: { token } }, signal })),
  });

/**
 * Sends a request below a link. A guest's visit ends after an hour, and a link with a maximum number of views then answers 404.
 * Reading the shared group starts a new visit, so the request is sent once more. Throws if the link has ended. If the link
 * asks for its password again, the group is read again, which shows the password's form, and the error is thrown.
 */
export async function inVisit<T>(token: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { queryKey } = sharedGroup(token);
    // While the form is shown, reading the group again would discard a typed password.
    if (needsPassword(error) && !queryClient.getQueryState(queryKey)?.error)
      void queryClient.invalidateQueries({ queryKey, exact: true });
    if (!isMissing(error)) throw error;
    await queryClient.fetchQuery({ ...sharedGroup(token), staleTime: 0 });
    return await request();
  }
}

/** The shared group's photos. They can be read once the group has been read. */
export const sharedImages = (token: string) =>
  infiniteQueryOptions({
    queryKey: keys.sharedImages(token),
    queryFn: ({ pageParam, signal }) =>
      inVisit(token, () =>
        photographs(
          api.GET("/api/v1/shared/{token}/images", {
            params: { path: { token }, query: { cursor: pageParam, pageSize: 60 } },
            signal,
          }),
        ),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });

/** The links that the signed-in user may end: a user's own links, or all links for admins and editors. */
export const links = infiniteQueryOptions({
  queryKey: keys.links,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/links", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});

/** A link. Admins and editors also get its address until the link ends. */
export const linkById = (id: string) =>
  queryOptions({
    queryKey: keys.link(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/links/{id}", { params: { path: { id } }, signal })),
  });

/** All links with choices, including ended and deleted links. With `groupId`, only the existing links to this group. */
export const choices = (groupId?: string) =>
  infiniteQueryOptions({
    queryKey: keys.choicesIn(groupId),
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/favourites", {
          params: { query: { cursor: pageParam, pageSize: 30, ...(groupId && { groupId }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
  });

/** The choices of a link's guests. */
export const choicesOf = (linkId: string) =>
  queryOptions({
    queryKey: keys.choicesOf(linkId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/links/{id}/favourites", { params: { path: { id: linkId } }, signal })),
  });

/** Whether the error says that the link's password is missing. */
export const needsPassword = (error: unknown) => error instanceof Problem && error.code === "passwordRequired";
