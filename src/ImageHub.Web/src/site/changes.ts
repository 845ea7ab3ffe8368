import { answer, api, type Photograph, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { queryClient } from "../api/queries";
import { tell, tellFailure } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import type { Site } from "./site";

/** Changes the site's settings. Every page shows them at once. */
export async function updateSite(body: Schemas["UpdateSite"]) {
  queryClient.setQueryData<Site>(keys.site, await photographs(api.PATCH("/api/v1/site", { body })));
}

/** Makes a photo the site's logo, with Undo. */
export async function chooseLogo(image: Photograph) {
  const choose = async (logoImageId: string | null) => {
    try {
      await updateSite({ logoImageId });
      return true;
    } catch (error) {
      tellFailure(deskText.site.notLogo, error);
      return false;
    }
  };
  const before = await answer(api.GET("/api/v1/site")).catch(() => null);
  if (await choose(image.id))
    tell(
      deskText.site.isLogo(image.title || image.fileName),
      before ? () => void choose(before.logoImageId) : undefined,
    );
}
