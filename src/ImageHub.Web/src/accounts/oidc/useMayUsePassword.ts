import { useQuery } from "@tanstack/react-query";
import { signInMethods } from "../passkeys/passkeys";
import { joinQuery } from "./oidc";

/**
 * Whether the signed-in account can sign in with a password. Without a provider, the server does not report this and
 * every account is assumed to have a password.
 */
export function useMayUsePassword() {
  const provider = useQuery(signInMethods).data?.oidc;
  return useQuery({ ...joinQuery, enabled: Boolean(provider) }).data?.mayUsePassword !== false;
}
