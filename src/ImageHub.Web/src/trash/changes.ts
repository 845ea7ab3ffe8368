import { change } from "../api/change";
import { answer, api } from "../api/client";
import { keys, showing } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { tell, tellFailure } from "../design/overlays/toasts";
import { bulk } from "../images/editing/changes";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import type { TrashItem } from "./queries";

/** The queries to read again. Restored items reappear in the lists of groups and images. */
const touched = [...showing(), keys.groups];

const without = (gone: TrashItem[]) => changeItems<TrashItem>((items) => items.filter((item) => !gone.includes(item)));

/** Restores images and groups. A group is restored with the groups and images that were deleted with it. */
export async function restore(items: TrashItem[]) {
  let restored = 0;
  await change<Pages<TrashItem>>({
    queryKey: keys.trash,
    update: without(items),
    save: async () => {
      // Groups come first: an image cannot be restored into a group in the trash.
      const refused: { group: TrashItem; error: unknown }[] = [];
      for (const group of items.filter(({ kind }) => kind === "group")) {
        try {
          await answer(api.POST("/api/v1/groups/{id}/restore", { params: { path: { id: group.id } } }));
          restored++;
        } catch (error) {
          refused.push({ group, error });
        }
      }
      const images = items.filter(({ kind }) => kind === "image").map(({ id }) => id);
      try {
        restored += (await bulk({ action: "restore" }, images, mineText.desk.imagesNotRestored)).length;
      } catch (error) {
        if (restored === 0) throw error;
        tellFailure(mineText.desk.imagesNotRestored(images.length), error);
      }
      const [first] = refused;
      if (first === undefined) return;
      if (restored === 0) throw first.error;
      const count = refused.length > 1 ? `${deskText.trash.notRestored(refused.length)} ` : "";
      tellFailure(count + mineText.desk.notRestored(first.group.title || text.common.untitled), first.error);
    },
    failed: deskText.trash.notRestored(items.length),
    touches: touched,
  });
  if (restored > 0) tell(deskText.trash.restored(restored));
}

/** Deletes images permanently. */
export const purgeImages = (ids: string[]) =>
  change<Pages<TrashItem>>({
    queryKey: keys.trash,
    update: changeItems<TrashItem>((items) => items.filter(({ id }) => !ids.includes(id))),
    save: () => bulk({ action: "purge" }, ids, () => deskText.trash.notPurged),
    failed: deskText.trash.notPurged,
    touches: touched,
  });

/** Deletes everything in the trash permanently. */
export const emptyTrash = () =>
  change<Pages<TrashItem>>({
    queryKey: keys.trash,
    update: changeItems<TrashItem>(() => []),
    save: () => answer(api.DELETE("/api/v1/trash")),
    failed: deskText.trash.notPurged,
    touches: touched,
  });
