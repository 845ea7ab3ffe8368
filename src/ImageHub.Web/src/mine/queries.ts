import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";

export type OwnImage = Schemas["OwnedImage"];
export type Link = Schemas["LinkResponse"];

/** The signed-in user's own images, the newest first. */
export const ownImages = infiniteQueryOptions({
  queryKey: ["mine", "images"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/me/images", { params: { query: { cursor: pageParam, pageSize: 60 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});

/** The links that the signed-in person may end: users their own, admins all. */
export const ownLinks = infiniteQueryOptions({
  queryKey: ["mine", "links"],
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/links", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
