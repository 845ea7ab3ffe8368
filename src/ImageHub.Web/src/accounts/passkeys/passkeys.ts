import { queryOptions } from "@tanstack/react-query";
import { change } from "../../api/change";
import { answer, api, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { isMissing } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { began } from "../../api/session";
import { tell } from "../../design/overlays/toasts";
import { passkeyText } from "../../text/passkeys";

export type Passkey = Schemas["PasskeyResponse"];

export const passkeysQuery = queryOptions({
  queryKey: [...keys.me, "passkeys"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/me/passkeys", { signal })),
});

/** The ways to sign in: passwords, passkeys, and the OpenID Connect provider. */
export const signInMethods = queryOptions({
  queryKey: [...keys.me, "signInMethods"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/auth/methods", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Whether this page can use passkeys: the browser supports passkeys, and the server binds them to this page's host. */
export const passkeysAvailable = queryOptions({
  ...signInMethods,
  select: ({ passkey }) =>
    passkey && "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential,
});

/** Asks the browser for a new passkey and adds it to the account. Rejects with a `DOMException` if the user cancels. */
export async function addPasskey(name: string) {
  const options = await answer(api.POST("/api/v1/me/passkeys/options"));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  try {
    const credential = await navigator.credentials.create({ publicKey });
    await answer(api.POST("/api/v1/me/passkeys", { body: { name, credential: jsonOf(credential) } }));
  } finally {
    // The server may have added it although its answer was lost. The device then refuses another one.
    void queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
  }
  tell(passkeyText.added(name));
}

/** Signs in with a passkey that the user chooses. Rejects with a `DOMException` if the user cancels. */
export async function signInByPasskey() {
  const options = await answer(api.POST("/api/v1/auth/passkey/options"));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await navigator.credentials.get({ publicKey });
  const pair = await answer(api.POST("/api/v1/auth/passkey", { body: { credential: jsonOf(credential) } }));
  began(pair.expiresIn);
}

const jsonOf = (credential: Credential | null) => (credential as PublicKeyCredential).toJSON();

/** Deletes a passkey. A passkey that no longer exists counts as deleted. */
export async function deletePasskey({ id, name }: Passkey) {
  const deleted = await change<Schemas["PasskeyList"]>({
    queryKey: passkeysQuery.queryKey,
    update: ({ items }) => ({ items: items.filter((passkey) => passkey.id !== id) }),
    save: () =>
      answer(api.DELETE("/api/v1/me/passkeys/{id}", { params: { path: { id } } })).catch((error) => {
        if (!isMissing(error)) throw error;
      }),
    failed: passkeyText.notRemoved(name),
  });
  if (deleted) tell(passkeyText.removed(name));
}
