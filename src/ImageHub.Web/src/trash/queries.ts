import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type TrashItem = Schemas["TrashItem"];

/** The items in the trash, the latest deletion first. Pages have numbers, because keyset pages do not include the total. */
export const trash = infiniteQueryOptions({
  queryKey: keys.trash,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/trash", { params: { query: { page: pageParam, pageSize: 100 } }, signal })),
  initialPageParam: 1,
  getNextPageParam: (last, pages) => (pages.length < (last.totalPages ?? 1) ? pages.length + 1 : undefined),
});
