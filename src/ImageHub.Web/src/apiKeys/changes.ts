import { change } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { changeItems, type Pages } from "../api/pages";
import { isMissing } from "../api/problem";
import { queryClient } from "../api/queries";
import { tell } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import { type ApiKey, apiKeys } from "./queries";

/** Creates a key. Only this response contains the key itself. */
export async function createKey(body: Schemas["CreateApiKey"]) {
  const key = await answer(api.POST("/api/v1/api-keys", { body }));
  void queryClient.invalidateQueries({ queryKey: apiKeys.queryKey });
  return key;
}

/** Revokes a key at once. A key that no longer exists counts as revoked. */
export async function revokeKey({ id, name }: ApiKey) {
  const revoked = await change<Pages<ApiKey>>({
    queryKey: apiKeys.queryKey,
    update: changeItems<ApiKey>((items) => items.filter((key) => key.id !== id)),
    save: async () => {
      await answer(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id } } })).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    },
    failed: deskText.apiKeys.notRevoked(name),
  });
  if (revoked) tell(deskText.apiKeys.revoked(name));
}
