import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, photographs, type Schemas, type WithRenditions } from "../api/client";
import { keys } from "../api/keys";

export type DuplicateSet = WithRenditions<Schemas["DuplicateSet"]>;
export type DuplicateImage = WithRenditions<Schemas["DuplicateImage"]>;

/** Sets of photos whose hashes differ in at most `distance` bits, the most similar first. */
export const duplicates = (distance: number) =>
  infiniteQueryOptions({
    queryKey: [...keys.duplicates, distance],
    queryFn: ({ pageParam, signal }) =>
      photographs(
        api.GET("/api/v1/duplicates", { params: { query: { distance, cursor: pageParam, pageSize: 12 } }, signal }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    placeholderData: keepPreviousData,
  });
