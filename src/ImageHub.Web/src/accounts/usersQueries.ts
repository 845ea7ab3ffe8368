import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type User = Schemas["UserResponse"];

/** The accounts, for admins. */
export const users = infiniteQueryOptions({
  queryKey: keys.users,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/users", { params: { query: { cursor: pageParam, pageSize: 100 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});

export const userById = (id: string) =>
  queryOptions({
    queryKey: keys.user(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/users/{id}", { params: { path: { id } }, signal })),
  });
