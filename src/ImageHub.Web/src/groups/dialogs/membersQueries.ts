import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { keys } from "../../api/keys";

/** The members of a group. */
export const groupMembers = (id: string) =>
  queryOptions({
    queryKey: keys.members(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/groups/{id}/members", { params: { path: { id } }, signal })),
    staleTime: 0,
  });

/** The first 20 users whose names contain a text. */
export const userNames = (q: string) =>
  queryOptions({
    queryKey: [...keys.desk, "userNames", q],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/users/names", { params: { query: { q } }, signal })),
  });
