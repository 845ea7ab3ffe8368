import { useQuery } from "@tanstack/react-query";
import { signInMethods } from "../passkeys/passkeys";
import { joinQuery } from "./oidc";

/**
 * Whether the signed-in account has a password that signs in. Without a provider, the server does not report this; every
 * account is assumed to have one.
 */
export function useMayUsePassword() {
  const provider = useQuery(signInMethods).data?.oidc;
  return useQuery({ ...joinQuery, enabled: Boolean(provider) }).data?.mayUsePassword !== false;
}
