import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";

/** A user's own image with the addresses that the tier allows. */
export type OwnImage = OwnImages["items"][number];

type OwnImages = {
  items: (Omit<Schemas["ImageSummary"], "low" | "high" | "full" | "links"> & { links: Schemas["OwnerLinks"] })[];
  nextCursor?: string | null;
};

/** The signed-in user's own images, the newest first. */
export const ownImages = infiniteQueryOptions({
  queryKey: keys.ownImages,
  queryFn: ({ pageParam, signal }) =>
    answer(
      api.GET("/api/v1/me/images", { params: { query: { cursor: pageParam, pageSize: 60 } }, signal }),
    ) as Promise<OwnImages>,
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});

/** The groups of which the signed-in user was made a member, the newest first. */
export const groupsSharedWithMe = infiniteQueryOptions({
  queryKey: keys.groupsSharedWithMe,
  queryFn: ({ pageParam, signal }) =>
    photographs(api.GET("/api/v1/me/groups", { params: { query: { cursor: pageParam, pageSize: 24 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
});
