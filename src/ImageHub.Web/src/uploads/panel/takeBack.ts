import { deleteImages } from "../../images/editing/changes";
import { uploads } from "../sending/uploads";

/** Undoes one drop into a group: what is not sent stays here, the rest goes to the trash. */
export async function takeBack(groupId: string, drop: number) {
  const images = uploads.takeBack(groupId, drop);
  if (images.length > 0) await deleteImages(groupId, images);
}
