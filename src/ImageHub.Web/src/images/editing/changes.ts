import { change, inTurn, readAgain } from "../../api/change";
import { answer, api, type Photograph, photographs, type Schemas } from "../../api/client";
import { keys, showing } from "../../api/keys";
import { changeItems, type Pages } from "../../api/pages";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { moved, type Place, placesOf } from "../../order/places";
import { mineText } from "../../text/mine";
import { blocks, bulkRequests } from "./bulk";

/**
 * Runs an action on images, one request after the other. Returns the ids of the images that succeeded. Reports the number
 * of failures and the first reason. Throws if the first request fails.
 */
export async function bulk(
  body: Omit<Schemas["BulkImages"], "ids">,
  ids: string[],
  failed: (images: number) => string,
  /** Returns the reason why the server refused the images; undefined: the server's message about the first refused image is shown. */
  explain?: (refused: Schemas["BulkItem"][]) => string | undefined,
): Promise<string[]> {
  const done: string[] = [];
  const refused: Schemas["BulkItem"][] = [];
  for (const part of bulkRequests(body, ids)) {
    try {
      const { items } = await answer(api.POST("/api/v1/images/bulk", { body: part }));
      for (const item of items) {
        if (item.status < 400) done.push(item.id);
        else refused.push(item);
      }
    } catch (error) {
      if (done.length + refused.length === 0) throw error;
      tellFailure(failed(ids.length - done.length), error);
      return done;
    }
  }
  if (refused[0]) tellFailure(`${failed(refused.length)} ${explain?.(refused) ?? refused[0].error ?? ""}`);
  return done;
}

function without(ids: string[]) {
  const gone = new Set(ids);
  return changeItems<Photograph>((items) => items.filter(({ id }) => !gone.has(id)));
}

/** Saves the place of a block of images in their group. */
export const order = (groupId: string) => (place: Place) =>
  inTurn(
    blocks(place.ids).map((ids, index, all) => ({
      ids,
      after: index === 0 ? place.after : (all[index - 1]?.at(-1) ?? null),
    })),
    (body) => answer(api.PUT("/api/v1/groups/{id}/order", { params: { path: { id: groupId } }, body })),
  );

/** Moves images to the trash, with Undo. */
export async function deleteImages(groupId: string, ids: string[]) {
  let deleted: string[] = [];
  await change<Pages<Photograph>>({
    queryKey: keys.groupImages(groupId),
    update: without(ids),
    save: async () => {
      deleted = await bulk({ action: "delete" }, ids, mineText.desk.imagesNotDeleted);
    },
    failed: mineText.desk.imagesNotDeleted(ids.length),
    touches: showing(groupId),
  });
  if (deleted.length > 0)
    tell(mineText.desk.imagesDeleted(deleted.length), async () => {
      const failed = mineText.desk.imagesNotRestored;
      await bulk({ action: "restore" }, deleted, failed).catch((error) => tellFailure(failed(deleted.length), error));
      readAgain(showing(groupId));
    });
}

/** Changes titles, descriptions, tags and ratings, with Undo. Returns whether all images were changed. */
export async function editImages(
  groupId: string,
  edits: Pick<Schemas["BulkImages"], "title" | "description" | "addTags" | "removeTags" | "rating">,
  /** The images before the change. */
  images: Photograph[],
) {
  const failed = mineText.imagesNotEdited;
  const ids = images.map(({ id }) => id);
  const done = await bulk({ action: "edit", ...edits }, ids, failed);
  const touched = [...done.map(keys.image), ...showing(groupId)];
  if (done.length > 0)
    tell(mineText.imagesEdited(done.length), async () => {
      const changed = new Set(done);
      const edited = images.filter(({ id }) => changed.has(id));
      const before = ({ title, description, tags, rating }: Photograph): Schemas["UpdateImage"] => ({
        ...(edits.title !== undefined && { title }),
        ...(edits.description !== undefined && { description }),
        ...((edits.addTags || edits.removeTags) && { tags }),
        ...(edits.rating !== undefined && { rating: rating ?? null }),
      });
      await inTurn(edited, (image) =>
        answer(api.PATCH("/api/v1/images/{id}", { params: { path: { id: image.id } }, body: before(image) })),
      ).catch((error) => tellFailure(failed(done.length), error));
      readAgain(touched);
    });
  // An edit that follows at once starts with the new values.
  await readAgain(touched);
  return done.length === ids.length;
}

/** Moves images as one block to the end of another group, with Undo. Returns the number of moved images. */
export async function moveImages(
  from: { id: string; images: Photograph[] },
  to: { id: string; title: string },
  ids: string[],
  /** A further step of Undo. */
  undo?: () => Promise<unknown>,
) {
  const failed = mineText.desk.imagesNotMoved;
  let done: string[] = [];
  await change<Pages<Photograph>>({
    queryKey: keys.groupImages(from.id),
    update: without(ids),
    save: async () => {
      done = await bulk({ action: "move", groupId: to.id }, ids, failed);
    },
    failed: failed(ids.length),
    touches: showing(from.id, to.id),
  });
  if (done.length > 0)
    tell(mineText.desk.imagesMoved(done.length, to.title), async () => {
      try {
        const back = await bulk({ action: "move", groupId: from.id }, done, failed);
        const away = new Set(done);
        for (const id of back) away.delete(id);
        const here = from.images.filter(({ id }) => !away.has(id));
        await inTurn(placesOf(here, back), order(from.id));
        await undo?.();
      } catch (error) {
        tellFailure(failed(done.length), error);
      }
      readAgain(showing(from.id, to.id));
    });
  return done.length;
}

/** Reorders images within their group, with Undo. */
export async function orderImages(groupId: string, list: Photograph[], place: Place, total: number) {
  const back = placesOf(list, place.ids);
  const done = await change<Pages<Photograph>>({
    queryKey: keys.groupImages(groupId),
    update: changeItems<Photograph>((items) => moved(items, place)),
    save: () => order(groupId)(place),
    failed: mineText.desk.notMoved,
    touches: showing(groupId),
  });
  if (done) {
    const first = moved(list, place).findIndex(({ id }) => id === place.ids[0]);
    tell(mineText.desk.movedTo(first + 1, total), async () => {
      await inTurn(back, order(groupId)).catch((error) => tellFailure(mineText.desk.notMoved, error));
      readAgain(showing(groupId));
    });
  }
}

/** Changes an image, without Undo. */
export const updateImage = (groupId: string, image: Photograph, body: Schemas["UpdateImage"]) =>
  change<Pages<Photograph>>({
    queryKey: keys.groupImages(groupId),
    update: changeItems<Photograph>((items) =>
      items.map((item) => (item.id === image.id ? { ...item, ...(body as Partial<Photograph>) } : item)),
    ),
    save: () => photographs(api.PATCH("/api/v1/images/{id}", { params: { path: { id: image.id } }, body })),
    failed: mineText.desk.notSaved(image.title || image.fileName),
    touches: [keys.image(image.id), ...showing(groupId)],
  });
