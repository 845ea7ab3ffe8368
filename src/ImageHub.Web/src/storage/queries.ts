import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type DamagedObject = Schemas["DamagedObjectResponse"];

/** How much there is, and how many files are lost. */
export const storage = queryOptions({
  queryKey: keys.storage,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/storage", { signal })),
});

/** Files that are lost and cannot be made again, in the order in which that was found. */
export const damaged = infiniteQueryOptions({
  queryKey: keys.damaged,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/storage/damaged", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
