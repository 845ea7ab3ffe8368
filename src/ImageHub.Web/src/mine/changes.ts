import { change, inTurn } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { isMissing } from "../api/problem";
import { queryClient } from "../api/queries";
import { tell } from "../design/overlays/toasts";
import { links } from "../links/queries";
import { mineText } from "../text/mine";
import { type OwnImage, ownImages } from "./queries";

/** Deletes own images one by one until `signal` aborts. `progress` receives the number of deleted images. */
export async function deleteOwnImages(ids: string[], progress: (done: number) => void, signal: AbortSignal) {
  let done = 0;
  await change<Pages<OwnImage>>({
    queryKey: ownImages.queryKey,
    update: changeItems<OwnImage>((items) => items.filter(({ id }) => !ids.includes(id))),
    save: () =>
      inTurn(ids, async (id) => {
        if (signal.aborted) return;
        await gone(answer(api.DELETE("/api/v1/me/images/{image}", { params: { path: { image: id } } })));
        progress(++done);
      }),
    failed: mineText.notDeleted,
    touches: [keys.ownImages, keys.me],
  });
  if (done > 0) tell(mineText.deleted(done));
}

/** Creates a link that expires. Its address is returned only once. */
export async function createLink(imageId: string, body: Schemas["CreateImageLink"]) {
  const link = await answer(api.POST("/api/v1/images/{id}/links", { params: { path: { id: imageId } }, body }));
  void queryClient.invalidateQueries({ queryKey: links.queryKey });
  return link;
}

/** An image that no longer exists counts as deleted. */
const gone = (deleting: Promise<unknown>) =>
  deleting.catch((error) => {
    if (!isMissing(error)) throw error;
  });
