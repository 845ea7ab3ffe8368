import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";
import type { Site } from "./site";

/** Changes the site's settings. Every page shows them at once. */
export async function updateSite(body: Schemas["UpdateSite"]) {
  show(await answer(api.PATCH("/api/v1/site", { body })));
}

export type LogoKind = "logo" | "logoDark";

const paths = { logo: "/api/v1/site/logo", logoDark: "/api/v1/site/logo/dark" } as const;

/** Replaces a logo with a file. */
export async function replaceLogo(kind: LogoKind, file: File) {
  const headers = { "Content-Type": "application/octet-stream" };
  // The type of a binary body is a text in the generated client.
  show(await answer(api.PUT(paths[kind], { body: "", bodySerializer: () => file, headers })));
}

/** Deletes a logo. */
export async function deleteLogo(kind: LogoKind) {
  await answer(api.DELETE(paths[kind]));
  const site = queryClient.getQueryData<Site>(keys.site);
  if (site) show({ ...site, [kind]: null });
}

const show = (site: Site) => queryClient.setQueryData<Site>(keys.site, site);
