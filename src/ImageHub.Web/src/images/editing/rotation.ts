import { readAgain } from "../../api/change";
import { api, type Photograph, photographs } from "../../api/client";
import { keys, showing } from "../../api/keys";
import { changeItems, type Pages } from "../../api/pages";
import { queryClient } from "../../api/queries";
import { tell, tellFailure, tellProgress } from "../../design/overlays/toasts";
import { deskText } from "../../text/desk";
import { bulk } from "./changes";
import { oneByOne } from "./oneByOne";

/** Degrees clockwise: to the right or to the left. */
export type Turn = 90 | 270;

/** The maximum number of rotated images that are read individually before their lists are read again. */
const few = 12;

/** The time in milliseconds after which a rotation is reported as under way. */
const reportAfter = 500;

/** Rotates images, with Undo. The grid shows the rotated pictures as soon as the server has them. */
export async function rotateImages(groupId: string, images: Photograph[], turn: Turn) {
  const done = await rotate(groupId, images, turn);
  if (done.length > 0)
    tell(deskText.rotation.done(done.length), () => {
      const rotated = new Set(done);
      void rotate(
        groupId,
        images.filter(({ id }) => rotated.has(id)),
        turn === 90 ? 270 : 90,
      );
    });
}

/** Returns the ids of the images that were rotated. */
async function rotate(groupId: string, images: Photograph[], turn: Turn) {
  const words = deskText.rotation;
  const names = new Map(images.map(({ id, fileName }) => [id, fileName]));
  let close = () => {};
  const waiting = setTimeout(() => {
    close = tellProgress(words.running(images.length));
  }, reportAfter);
  try {
    const done = await oneByOne(() =>
      bulk({ action: "edit", rotate: turn }, [...names.keys()], words.failed, (refused) =>
        refused.every(({ code }) => code === "cannotRotate")
          ? words.cannot(refused.map(({ id }) => names.get(id) ?? ""))
          : undefined,
      ),
    );
    if (done.length <= few) await Promise.all(done.map((id) => readImage(groupId, id)));
    void readAgain([...done.map(keys.image), ...showing(groupId)]);
    return done;
  } catch (error) {
    tellFailure(words.failed(images.length), error);
    return [];
  } finally {
    clearTimeout(waiting);
    close();
  }
}

/** Reads an image into the lists of its group. If that fails, the lists are read afterwards anyway. */
async function readImage(groupId: string, id: string) {
  const image = await photographs(api.GET("/api/v1/images/{id}", { params: { path: { id } } })).catch(() => undefined);
  if (image === undefined) return;
  await queryClient.cancelQueries({ queryKey: keys.groupImages(groupId) });
  queryClient.setQueriesData<Pages<Photograph>>(
    { queryKey: keys.groupImages(groupId) },
    (pages) =>
      pages &&
      changeItems<Photograph>((items) => items.map((item) => (item.id === id ? { ...item, ...image } : item)))(pages),
  );
}
