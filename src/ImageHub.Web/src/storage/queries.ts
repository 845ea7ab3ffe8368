import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type DamagedObject = Schemas["DamagedObjectResponse"];

/** How much there is, and how many files are lost. */
export const storage = queryOptions({
  queryKey: keys.storage,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/storage", { signal })),
});

type Health = Schemas["Readiness"];

/** How the parts that the service lies in do. */
export const health = queryOptions({
  queryKey: keys.health,
  queryFn: async ({ signal }): Promise<Health> => {
    const call = api.GET("/health/ready", { signal });
    // 503 is an answer too: it says what is not well. A proxy's does not.
    const { error } = await call;
    return error?.checks ? error : answer(call);
  },
  refetchInterval: 10_000,
});

/** Files that are lost and cannot be made again, in the order in which that was found. */
export const damaged = infiniteQueryOptions({
  queryKey: keys.damaged,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/storage/damaged", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
