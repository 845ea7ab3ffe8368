import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";

/** The ways to sign in: passwords, passkeys, and the OpenID Connect provider. */
export const signInMethods = queryOptions({
  queryKey: [...keys.me, "signInMethods"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/auth/methods", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
