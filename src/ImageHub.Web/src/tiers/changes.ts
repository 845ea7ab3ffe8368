import { change } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { queryClient } from "../api/queries";
import { tell } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { type Tier, tiers } from "./queries";

/** Creates or changes a tier. */
export async function saveTier(tier: Tier | undefined, body: Schemas["CreateTier"]) {
  if (tier) await answer(api.PATCH("/api/v1/tiers/{id}", { params: { path: { id: tier.id } }, body }));
  else await answer(api.POST("/api/v1/tiers", { body }));
  await queryClient.invalidateQueries({ queryKey: tiers.queryKey });
}

/** Deletes a tier without users. */
export async function deleteTier(tier: Tier) {
  const deleted = await change<Tier[]>({
    queryKey: tiers.queryKey,
    update: (all) => all.filter(({ id }) => id !== tier.id),
    save: () => answer(api.DELETE("/api/v1/tiers/{id}", { params: { path: { id: tier.id } } })),
    failed: mineText.desk.notDeleted(tier.name),
  });
  if (deleted) tell(deskText.tiers.deleted(tier.name));
}
