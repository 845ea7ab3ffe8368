import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type TrashItem = Schemas["TrashItem"];

/** What lies in the trash, the newest first; page by page, since the number of all is told with it. */
export const trash = infiniteQueryOptions({
  queryKey: keys.trash,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/trash", { params: { query: { page: pageParam, pageSize: 100 } }, signal })),
  initialPageParam: 1,
  getNextPageParam: (last, pages) => (pages.length < (last.totalPages ?? 1) ? pages.length + 1 : undefined),
});
