import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type DriveItem = Schemas["OneDriveItem"];
export type Import = Schemas["ImportResponse"];

/** The polling interval of a running import, in milliseconds. */
const pace = 1_000;

/** The connected OneDrive and its storage. */
export const oneDrive = queryOptions({
  queryKey: keys.oneDrive,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/onedrive", { signal })),
});

/** The items of a folder, by name; null: the root. */
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
    // Each page takes several requests to Microsoft, which limits their number.
    staleTime: 60_000,
  });

/** The progress of an import, polled until it has ended. */
export const importById = (id: string) =>
  queryOptions({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/imports/{id}", { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : pace),
  });

export const isOver = ({ state }: Pick<Import, "state">) => state !== "queued" && state !== "running";
