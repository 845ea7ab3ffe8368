import type { QueryKey } from "@tanstack/react-query";
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
  try {
    return await answer(api.POST("/api/v1/api-keys", { body }));
  } finally {
    // Without an answer, the key may have been created.
    void queryClient.invalidateQueries({ queryKey: apiKeys.queryKey });
  }
}

/** Revokes a key at once. */
export const revokeKey = (key: ApiKey) =>
  removeKey(apiKeys.queryKey, key, () =>
    answer(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: key.id } } })),
  );

/** Removes a key from its list and revokes it. A key that no longer exists counts as revoked. */
export async function removeKey<T extends { id: string; name: string }>(
  queryKey: QueryKey,
  { id, name }: T,
  revoke: () => Promise<unknown>,
) {
  const revoked = await change<Pages<T>>({
    queryKey,
    update: changeItems<T>((items) => items.filter((key) => key.id !== id)),
    save: () =>
      revoke().catch((error) => {
        if (!isMissing(error)) throw error;
      }),
    failed: deskText.apiKeys.notRevoked(name),
  });
  if (revoked) tell(deskText.apiKeys.revoked(name));
}
