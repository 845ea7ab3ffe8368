import { deleteImages } from "../../images/editing/changes";
import { uploads } from "../sending/uploads";

/** Undoes a drop into a group: cancels pending files and moves uploaded images to the trash. */
export async function takeBack(groupId: string, drop: number) {
  const images = uploads.takeBack(groupId, drop);
  if (images.length > 0) await deleteImages(groupId, images);
}
