import { deleteImages } from "../images/changes";
import { uploads } from "./uploads";

/** Undoes what was added to a group since the list of uploads was empty: what is not sent stays here, the rest goes to the trash. */
export async function takeBack(groupId: string) {
  const images = uploads.takeBack(groupId);
  if (images.length > 0) await deleteImages(groupId, images);
}
