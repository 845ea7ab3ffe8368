import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../design/Button";
import { SelectField, TextField } from "../../design/fields/Field";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { type FileNamesFor, fileNamesFor } from "./fileNames";
import type { Guest } from "./guestName";

const targets: FileNamesFor[] = ["lightroom", "captureOne", "lines"];

/** The file names of a guest's choice, in the form that a program's search accepts. */
export function CopyNamesDialog({
  guest,
  items,
  onClose,
}: {
  guest: string;
  items: Guest["items"];
  onClose: () => void;
}) {
  const words = deskText.choices;
  const [target, setTarget] = useState<FileNamesFor>("lightroom");
  const [outcome, setOutcome] = useState<"copied" | "selected">();
  const field = useRef<HTMLDivElement>(null);
  const names = fileNamesFor(target, items);

  async function copy() {
    try {
      await navigator.clipboard.writeText(names);
      setOutcome("copied");
    } catch {
      // The browser denies the clipboard, or lacks it on plain http pages.
      field.current?.querySelector("textarea")?.select();
      setOutcome(document.execCommand("copy") ? "copied" : "selected");
    }
  }

  return (
    <Dialog title={words.namesTitle(guest)} onClose={onClose}>
      <SelectField
        label={words.namesFor}
        value={target}
        onChange={(event) => {
          setTarget(event.target.value as FileNamesFor);
          setOutcome(undefined);
        }}
      >
        {targets.map((each) => (
          <option key={each} value={each}>
            {words.namesForms[each]}
          </option>
        ))}
      </SelectField>
      <p>{words.namesHints[target]}</p>
      <div ref={field}>
        <TextField label={words.namesList} value={names} readOnly rows={6} />
      </div>
      <p role="status">{outcome === "copied" ? mineText.copied : outcome === "selected" ? mineText.copyByHand : ""}</p>
      <DialogActions>
        <Button onClick={onClose}>{text.common.close}</Button>
        <Button look="primary" onClick={copy}>
          {outcome === "copied" ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {words.copyNames}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
