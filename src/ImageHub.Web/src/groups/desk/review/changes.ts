import { change } from "../../../api/change";
import type { Photograph } from "../../../api/client";
import { keys, showing } from "../../../api/keys";
import { changeItems, type Pages } from "../../../api/pages";
import { tell } from "../../../design/overlays/toasts";
import { bulk } from "../../../images/editing/changes";
import { deskText } from "../../../text/desk";

/** Approves guests' photos, in the order of `ids`. Photos whose content the group already contains remain pending. */
export async function approveImages(groupId: string, ids: string[]) {
  const words = deskText.review;
  const approved = new Set(ids);
  let done: string[] = [];
  await change<Pages<Photograph>>({
    queryKey: keys.pendingImages(groupId),
    update: changeItems<Photograph>((items) => items.filter(({ id }) => !approved.has(id))),
    save: async () => {
      done = await bulk({ action: "approve" }, ids, words.notApproved, (refused) =>
        refused.every(({ code }) => code === "duplicateContent") ? words.isThere : undefined,
      );
    },
    failed: words.notApproved(ids.length),
    touches: showing(groupId),
  });
  if (done.length > 0) tell(words.approved(done.length));
}
