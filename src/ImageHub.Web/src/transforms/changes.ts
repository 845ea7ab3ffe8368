import { answer, api, type Schemas } from "../api/client";
import { queryClient } from "../api/queries";
import { removeKey } from "../apiKeys/changes";
import { type TransformKey, transformKeys } from "./queries";

/** Creates a key. Only this response contains the key itself. */
export async function createKey(body: Schemas["CreateTransformKey"]) {
  try {
    return await answer(api.POST("/api/v1/transform-keys", { body }));
  } finally {
    // Without an answer, the key may have been created.
    void queryClient.invalidateQueries({ queryKey: transformKeys.queryKey });
  }
}

/** Revokes a key. The addresses that it has signed stop working within a second. */
export const revokeKey = (key: TransformKey) =>
  removeKey(transformKeys.queryKey, key, () =>
    answer(api.DELETE("/api/v1/transform-keys/{id}", { params: { path: { id: key.id } } })),
  );
