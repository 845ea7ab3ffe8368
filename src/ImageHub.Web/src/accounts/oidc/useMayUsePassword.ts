import { useQuery } from "@tanstack/react-query";
import { signInMethods } from "../passkeys/passkeys";
import { joinQuery } from "./oidc";

/**
 * Whether the signed-in account can sign in with a password. Assumes so without a provider, because the server then does
 * not report it, and until the response arrives.
 */
export function useMayUsePassword() {
  const provider = useQuery(signInMethods).data?.oidc;
  return useQuery({ ...joinQuery, enabled: Boolean(provider) }).data?.mayUsePassword !== false;
}
