import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type Tier = Schemas["TierResponse"];

/** The tiers. One page of 100 is enough for all tiers. */
export const tiers = queryOptions({
  queryKey: keys.tiers,
  queryFn: async ({ signal }) =>
    (await answer(api.GET("/api/v1/tiers", { params: { query: { page: 1, pageSize: 100 } }, signal }))).items,
});

export const tierById = (id: string) =>
  queryOptions({
    queryKey: keys.tier(id),
    queryFn: ({ signal }) => answer(api.GET("/api/v1/tiers/{id}", { params: { path: { id } }, signal })),
  });

/** The id of the tier Basic, which every server has and new users get. */
export const basicTier = "01980000-0000-7000-8000-000000000001";
