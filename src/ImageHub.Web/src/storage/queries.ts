import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type DamagedObject = Schemas["DamagedObjectResponse"];

/** The used storage, its growth, the number of lost files, and the last check and backup. */
export const storage = queryOptions({
  queryKey: [...keys.desk, "storage"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/storage", { signal })),
});

type Health = Schemas["Readiness"];

/** The health of the services that the server depends on. */
export const health = queryOptions({
  queryKey: [...keys.desk, "health"],
  queryFn: async ({ signal }): Promise<Health> => {
    const call = api.GET("/health/ready", { signal });
    // The server's 503 is a valid report. A proxy's 503 is not.
    const { error } = await call;
    return error?.checks ? error : answer(call);
  },
  refetchInterval: 10_000,
});

/** Lost or corrupt files that the server could not restore, in the order of detection. */
export const damaged = infiniteQueryOptions({
  queryKey: [...keys.desk, "storage", "damaged"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/storage/damaged", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
