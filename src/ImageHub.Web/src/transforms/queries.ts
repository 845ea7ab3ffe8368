import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type TransformKey = Schemas["TransformKeyResponse"];

/** The keys that sign addresses, the newest first. */
export const transformKeys = infiniteQueryOptions({
  queryKey: keys.transformKeys,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/transform-keys", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
