import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type DriveItem = Schemas["OneDriveItem"];
export type Import = Schemas["ImportResponse"];

/** How often a running import is asked how far it is, in milliseconds. */
const pace = 1_000;

/** Whether a OneDrive is connected, and how full it is. */
export const oneDrive = queryOptions({
  queryKey: keys.oneDrive,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/onedrive", { signal })),
});

/** What a folder holds, by name; null: the root. */
export const driveItems = (folderId: string | null) =>
  infiniteQueryOptions({
    queryKey: keys.driveItems(folderId),
    queryFn: ({ pageParam, signal }) => {
      const query = { cursor: pageParam, pageSize: 100 };
      return answer(
        folderId === null
          ? api.GET("/api/v1/onedrive/items", { params: { query }, signal })
          : api.GET("/api/v1/onedrive/items/{id}", { params: { path: { id: folderId }, query }, signal }),
      );
    },
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    // Each page is a few requests to Microsoft, which counts them.
    staleTime: 60_000,
  });

/** How far an import is, again and again until it is over. */
export const importById = (id: string) =>
  queryOptions({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/imports/{id}", { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : pace),
  });

export const isOver = ({ state }: Import) => state !== "queued" && state !== "running";
