import { change, readAgain } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { tell } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { type Tier, tiers } from "./queries";

export async function createTier(body: Schemas["CreateTier"]) {
  await answer(api.POST("/api/v1/tiers", { body }));
  await readAgain([tiers.queryKey]);
}

export async function updateTier(id: string, body: Schemas["UpdateTier"]) {
  await answer(api.PATCH("/api/v1/tiers/{id}", { params: { path: { id } }, body }));
  await readAgain([tiers.queryKey]);
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
