import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { keys } from "../../api/keys";
import { queryClient } from "../../api/queries";
import { tell } from "../../design/overlays/toasts";
import { oidcText } from "../../text/oidc";

export const joinQuery = queryOptions({
  queryKey: [...keys.me, "oidc"],
  queryFn: ({ signal }) => answer(api.GET("/api/v1/me/oidc", { signal })),
});

/** The address that signs in at the provider and returns to the sign-in page. That page opens `to` or, if `to` is empty, the user's first page. */
export const signInAddress = (to: string) =>
  `/api/v1/auth/oidc?returnTo=${encodeURIComponent(to ? `/sign-in?to=${encodeURIComponent(to)}` : "/sign-in")}`;

/** Leaves the page for the provider, which returns to the account page. */
export async function connect() {
  const { url } = await answer(api.POST("/api/v1/me/oidc"));
  location.assign(url);
  // The page is being left. It goes on only if the browser shows it again from its cache.
  await new Promise((resolve) => addEventListener("pageshow", resolve, { once: true }));
}

export async function disconnect(name: string) {
  await answer(api.DELETE("/api/v1/me/oidc"));
  void queryClient.invalidateQueries({ queryKey: joinQuery.queryKey });
  tell(oidcText.left(name));
}

/** The sentence for a code that the server has put into the page's address. */
export const explain = (code: string) =>
  (Object.hasOwn(oidcText.errors, code) && oidcText.errors[code]) || oidcText.otherError;
