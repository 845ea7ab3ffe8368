import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type ApiKey = Schemas["ApiKeyResponse"];
export type Scope = Schemas["KeyScope"];

/** The signed-in user's keys, the newest first. Admins get the keys of all accounts. */
export const apiKeys = infiniteQueryOptions({
  queryKey: keys.apiKeys,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/api-keys", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
