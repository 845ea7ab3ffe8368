import { change, readAgain } from "../../api/change";
import { answer, api, type Group, type Photograph, type Schemas } from "../../api/client";
import { keys, showing } from "../../api/keys";
import type { Pages } from "../../api/pages";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { order } from "../../images/editing/changes";
import { deskText } from "../../text/desk";

/** The orders in which a group's images can be sorted; `-` means descending. */
export const orders = {
  takenAt: { by: "takenAt", descending: false },
  "-takenAt": { by: "takenAt", descending: true },
  fileName: { by: "fileName", descending: false },
  "-fileName": { by: "fileName", descending: true },
  createdAt: { by: "createdAt", descending: false },
  "-createdAt": { by: "createdAt", descending: true },
} as const satisfies Record<string, Schemas["SortGroupImages"]>;

export type Order = keyof typeof orders;

/** Sorts a group's images once, with Undo if all of them are loaded. */
export async function sortImages(group: Group, images: Photograph[], body: Schemas["SortGroupImages"]) {
  const before = images.map(({ id }) => id);
  const sorted = await change<Pages<Photograph>>({
    queryKey: keys.groupImages(group.id),
    // Only the server knows the new order, so the cache stays unchanged until it is read again.
    update: (pages) => pages,
    save: () => answer(api.POST("/api/v1/groups/{id}/order", { params: { path: { id: group.id } }, body })),
    failed: deskText.sort.failed,
    touches: showing(group.id),
  });
  if (!sorted) return;
  const undo = async () => {
    await order(group.id)({ ids: before, after: null }).catch((error) => tellFailure(deskText.sort.failed, error));
    readAgain(showing(group.id));
  };
  tell(deskText.sort.done, before.length === group.imageCount ? undo : undefined);
}
