import { useRef, useState } from "react";
import { ProgressBar } from "react-aria-components";
import { Button } from "../design/Button";
import { ConfirmDialog, Dialog, DialogActions } from "../design/overlays/Dialog";
import { mineText } from "../text/mine";
import type { RemoveImages } from "./changes";
import styles from "./DeleteImagesDialog.module.css";

/** Asks for confirmation before images are deleted, because users have no trash, and shows the progress. */
export function DeleteImagesDialog({
  ids,
  remove,
  onClose,
  onDone,
}: {
  ids: string[];
  remove: RemoveImages;
  onClose: () => void;
  /** Called at the end, even if some images were not deleted. */
  onDone: () => void;
}) {
  // The ids at the start: the selection shrinks with the list.
  const [asked] = useState(ids);
  const [done, setDone] = useState<number>();
  const stop = useRef(new AbortController());

  async function start() {
    setDone(0);
    await remove(asked, setDone, stop.current.signal);
    onDone();
  }

  if (done === undefined)
    return (
      <ConfirmDialog
        title={mineText.deleteTitle(asked.length)}
        action={mineText.desk.delete}
        onYes={start}
        onClose={onClose}
      >
        {mineText.deleteText}
      </ConfirmDialog>
    );
  return (
    <Dialog title={mineText.deleting} onClose={onClose} isFirm>
      <p>{mineText.uploads.of(done, asked.length)}</p>
      <ProgressBar aria-label={mineText.deleting} value={(100 * done) / asked.length} className={styles.track ?? ""}>
        <div className={styles.fill} style={{ width: `${(100 * done) / asked.length}%` }} />
      </ProgressBar>
      <DialogActions>
        <Button autoFocus onClick={() => stop.current.abort()}>
          {mineText.stop}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
