import { Button } from "../../design/Button";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { text } from "../../text";
import { mineText } from "../../text/mine";

/** Asks once whether a drop goes on in the groups that an earlier one made of folders of the same names. */
export const ResumeFoldersDialog = ({
  titles,
  onAnswer,
}: {
  /** The groups that are there. */
  titles: string[];
  /** Null: nothing is added. */
  onAnswer: (goesOn: boolean | null) => void;
}) => (
  <Dialog title={mineText.uploads.goOnTitle(titles.length)} onClose={() => onAnswer(null)}>
    <p>{mineText.uploads.goOnText(titles)}</p>
    <DialogActions>
      <Button onClick={() => onAnswer(null)}>{text.common.cancel}</Button>
      <Button onClick={() => onAnswer(false)}>{mineText.uploads.makeOthers(titles.length)}</Button>
      <Button look="primary" onClick={() => onAnswer(true)}>
        {mineText.uploads.goOn}
      </Button>
    </DialogActions>
  </Dialog>
);
