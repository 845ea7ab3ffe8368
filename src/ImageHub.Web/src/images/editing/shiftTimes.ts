import { readAgain } from "../../api/change";
import type { Photograph } from "../../api/client";
import { keys, showing } from "../../api/keys";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { deskText } from "../../text/desk";
import { bulk } from "./changes";

/** Adds seconds to the times when images were taken, with Undo. Returns whether all images were changed. */
export async function shiftTimes(groupId: string, images: Photograph[], seconds: number) {
  const words = deskText.taken;
  const shift = async (ids: string[], by: number) => {
    const done = await bulk({ action: "edit", shiftTakenAtSeconds: by }, ids, words.failed);
    await readAgain([...done.map(keys.image), ...showing(groupId)]);
    return done;
  };
  const done = await shift(
    images.map(({ id }) => id),
    seconds,
  );
  if (done.length > 0)
    tell(words.shifted(done.length), () => {
      shift(done, -seconds).catch((error) => tellFailure(words.failed(done.length), error));
    });
  return done.length === images.length;
}
