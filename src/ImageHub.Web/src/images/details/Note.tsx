import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { limits } from "../../api/limits";
import { Button } from "../../design/Button";
import { TextField } from "../../design/fields/Field";
import { viewerText } from "../../text/viewer";
import type { ViewerChoice } from "../viewer/viewerChoice";
import styles from "./Note.module.css";

/** A guest's note on a photo. The note is saved by the button and when the field loses the focus. */
export function Note({ id, choice }: { id: string; choice: ViewerChoice }) {
  const words = viewerText.choice;
  const saved = choice.noteOn(id);
  // Only text that the guest has typed is saved. The note may change meanwhile, for example in another tab.
  const [typed, setTyped] = useState<string>();
  const [isSaved, setSaved] = useState(false);

  /** The note that is being saved. It is not sent a second time. */
  const sent = useRef<string>(undefined);

  async function save() {
    const note = typed?.trim();
    if (note === undefined || note === sent.current) return;
    if (note === saved) return setTyped(undefined);
    sent.current = note;
    const isDone = await choice.annotate(id, note);
    if (sent.current === note) sent.current = undefined;
    setSaved(isDone);
    if (isDone) setTyped((now) => (now === typed ? undefined : now));
  }

  // Escape and the browser's back button remove the field without a blur event.
  const latest = useRef(save);
  useLayoutEffect(() => {
    latest.current = save;
  });
  useEffect(() => () => void latest.current(), []);

  return (
    <div className={styles.note}>
      <TextField
        label={words.note}
        value={typed ?? saved}
        maxLength={limits.note}
        onChange={({ target }) => {
          setTyped(target.value);
          setSaved(false);
        }}
        onBlur={() => void save()}
        aria-description={words.noteHint}
      />
      <p className={styles.hint} aria-hidden>
        {words.noteHint}
      </p>
      <Button onClick={() => void save()}>{words.save}</Button>
      <p role="status" className={styles.hint}>
        {isSaved && words.saved}
      </p>
    </div>
  );
}
