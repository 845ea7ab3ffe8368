import { Button } from "../../design/Button";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { isRightToLeft } from "../../text/locale";
import { viewerText } from "../../text/viewer";
import { KeyList } from "../viewer/KeyboardHelp";

/** The keyboard shortcuts for photos at the desk, in the grid and in the large view. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const words = deskText.keys;
  const { names, walk } = viewerText.keys;
  return (
    <Dialog title={viewerText.keys.title} onClose={onClose}>
      <KeyList
        lines={[
          [words.rate, "1", "–", "5"],
          [words.unrate, "0"],
          [words.rotateRight, "R"],
          [words.rotateLeft, words.shift, "R"],
          [words.view, words.enter],
          [words.edit, "E"],
          [walk, ...(isRightToLeft() ? ["→", "←"] : ["←", "→"])],
          [words.select, names.space],
          [words.selectAll, words.control, "A"],
          [words.delete, words.deleteKey],
          [viewerText.keys.help, "?"],
          [viewerText.keys.close, names.escape],
        ]}
      />
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {text.common.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
