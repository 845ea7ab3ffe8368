import { change, inTurn } from "../api/change";
import { answer, api, type Photograph, type Schemas } from "../api/client";
import { keys, showing } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { isMissing } from "../api/problem";
import { queryClient } from "../api/queries";
import { tell } from "../design/overlays/toasts";
import { links } from "../links/queries";
import { mineText } from "../text/mine";
import { type OwnImage, ownImages } from "./queries";

/** Deletes images one by one until the signal aborts. `progress` receives the number of deleted images. */
export type RemoveImages = (ids: string[], progress: (done: number) => void, signal: AbortSignal) => Promise<void>;

/** Deletes own images. */
export const deleteOwnImages: RemoveImages = (ids, progress, signal) =>
  removeEach<OwnImage>(ids, progress, signal, {
    queryKey: ownImages.queryKey,
    remove: (image) => answer(api.DELETE("/api/v1/me/images/{image}", { params: { path: { image } } })),
    touches: [keys.ownImages, keys.me],
  });

/** Deletes images that the user has added to a group. */
export const deleteAddedImages =
  (groupId: string): RemoveImages =>
  (ids, progress, signal) =>
    removeEach<Photograph>(ids, progress, signal, {
      queryKey: keys.groupImages(groupId),
      remove: (id) => answer(api.DELETE("/api/v1/images/{id}", { params: { path: { id } } })),
      touches: [...showing(groupId), keys.me],
    });

async function removeEach<T extends { id: string }>(
  ids: string[],
  progress: (done: number) => void,
  signal: AbortSignal,
  of: { queryKey: readonly unknown[]; remove: (id: string) => Promise<unknown>; touches: (readonly unknown[])[] },
) {
  let done = 0;
  await change<Pages<T>>({
    queryKey: of.queryKey,
    update: changeItems<T>((items) => items.filter(({ id }) => !ids.includes(id))),
    save: () =>
      inTurn(ids, async (id) => {
        if (signal.aborted) return;
        await gone(of.remove(id));
        progress(++done);
      }),
    failed: mineText.notDeleted,
    touches: of.touches,
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
