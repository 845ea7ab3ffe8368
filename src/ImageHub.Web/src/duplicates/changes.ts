import { change, readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys, showing } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { tell, tellFailure } from "../design/overlays/toasts";
import { bulk } from "../images/editing/changes";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import type { DuplicateImage, DuplicateSet } from "./queries";

const idsOf = (set: DuplicateSet) => set.images.map(({ id }) => id);

const without = (gone: DuplicateSet) =>
  changeItems<DuplicateSet>((sets) => sets.filter((set) => idsOf(set).join() !== idsOf(gone).join()));

/** Moves all other photos of a set to the trash, with Undo. */
export async function keepOne(set: DuplicateSet, kept: DuplicateImage) {
  const others = idsOf(set).filter((id) => id !== kept.id);
  const touches = showing(...new Set(set.images.flatMap(({ groupId }) => groupId ?? [])));
  let deleted: string[] = [];
  await change<Pages<DuplicateSet>>({
    queryKey: keys.duplicates,
    update: without(set),
    save: async () => {
      deleted = await bulk({ action: "delete" }, others, mineText.desk.imagesNotDeleted);
    },
    failed: mineText.desk.imagesNotDeleted(others.length),
    touches,
  });
  if (deleted.length > 0)
    tell(mineText.desk.imagesDeleted(deleted.length), async () => {
      const failed = mineText.desk.imagesNotRestored;
      await bulk({ action: "restore" }, deleted, failed).catch((error) => tellFailure(failed(deleted.length), error));
      readAgain(touches);
    });
}

const saveKept = (set: DuplicateSet, kept: boolean) =>
  answer(api.POST("/api/v1/duplicates/keep", { body: { ids: idsOf(set), kept } }));

/** Records that the photos of a set are not duplicates, with Undo. */
export async function keepAll(set: DuplicateSet) {
  const words = deskText.duplicates;
  const done = await change<Pages<DuplicateSet>>({
    queryKey: keys.duplicates,
    update: without(set),
    save: () => saveKept(set, true),
    failed: words.notKept,
  });
  if (done)
    tell(words.allKept, async () => {
      await saveKept(set, false).catch((error) => tellFailure(words.stillKept, error));
      readAgain([keys.duplicates]);
    });
}
