import { readAgain } from "../../api/change";
import { answer, api, type Photograph, photographs } from "../../api/client";
import { keys, showing } from "../../api/keys";
import { queryClient } from "../../api/queries";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { createGroup } from "../../groups/changes";
import { moveImages } from "../../images/editing/changes";
import { inOrder } from "../../order/places";
import { deskText } from "../../text/desk";
import { choicesOf } from "../queries";

/** Moves photos of a group into a new hidden group, in the group's order, with Undo. */
export async function moveToNewGroup(title: string, from: string, ids: string[]) {
  const images = await allImages(from);
  const group = await createGroup({ title, isPublished: false });
  const remove = async () => {
    await answer(api.DELETE("/api/v1/groups/{id}", { params: { path: { id: group.id } } }));
    readAgain(showing(group.id));
  };
  const moved = await moveImages({ id: from, images }, group, inOrder(images, ids), remove);
  // The empty group is removed. The failed move has already been reported.
  if (moved === 0) await remove().catch(() => undefined);
}

/** Deletes the choices of a link's guests. Returns whether they were deleted. */
export async function deleteChoices(linkId: string) {
  try {
    await answer(api.DELETE("/api/v1/links/{id}/favourites", { params: { path: { id: linkId } } }));
  } catch (error) {
    tellFailure(deskText.choices.notDeleted, error);
    return false;
  }
  tell(deskText.choices.deleted);
  // Their page may still be shown for a moment. It must not read them again, because a deleted link without choices answers 404.
  queryClient.setQueryData(choicesOf(linkId).queryKey, { guests: [] });
  readAgain([keys.choices, keys.links]);
  return true;
}

/** All photos of a group, in order. */
async function allImages(groupId: string) {
  const images: Photograph[] = [];
  let cursor: string | null | undefined = "";
  while (typeof cursor === "string") {
    const page: { items: Photograph[]; nextCursor?: string | null } = await photographs(
      api.GET("/api/v1/groups/{id}/images", { params: { path: { id: groupId }, query: { cursor, pageSize: 100 } } }),
    );
    images.push(...page.items);
    cursor = page.nextCursor;
  }
  return images;
}
