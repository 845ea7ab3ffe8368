import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type OwnImage = Schemas["OwnedImage"] & { links: { full?: string | null } };

/** The signed-in user's own images, the newest first. */
export const ownImages = infiniteQueryOptions({
  queryKey: keys.ownImages,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/me/images", { params: { query: { cursor: pageParam, pageSize: 60 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
