import { Button } from "../../design/Button";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { text } from "../../text";
import { mineText } from "../../text/mine";

/** Asks whether a drop continues in the groups that an interrupted drop of the same folders has created. */
export const ResumeFoldersDialog = ({
  titles,
  onAnswer,
}: {
  /** The titles of these groups. */
  titles: string[];
  /** `true`: the drop continues in these groups; `false`: it creates other groups; null: it is cancelled. */
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
