import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";

export type OwnImage = Schemas["OwnedImage"];

/** The signed-in user's own images, the newest first. */
export const ownImages = infiniteQueryOptions({
  queryKey: ["mine", "images"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/me/images", { params: { query: { cursor: pageParam, pageSize: 60 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
