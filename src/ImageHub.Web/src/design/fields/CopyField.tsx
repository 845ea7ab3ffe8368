import { Check, Copy } from "lucide-react";
import { useId, useRef, useState } from "react";
import { mineText } from "../../text/mine";
import { Button } from "../Button";
import styles from "./CopyField.module.css";
import field from "./Field.module.css";

/** A labelled text with a button that copies it. */
export function CopyField({
  label,
  value,
  hint,
  isMain = false,
}: {
  label: string;
  value: string;
  hint?: string;
  /** Whether copying is the main action of the dialog that contains the field. */
  isMain?: boolean;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<"copied" | "selected">();

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome("copied");
    } catch {
      // The browser denies the clipboard, or lacks it on plain http pages. The older command copies the selection instead.
      input.current?.focus();
      input.current?.select();
      setOutcome(document.execCommand("copy") ? "copied" : "selected");
    }
  }

  return (
    <div className={field.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        <input
          ref={input}
          id={id}
          className={field.input}
          dir="ltr"
          value={value}
          readOnly
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          look={isMain ? "primary" : "plain"}
          aria-label={mineText.copyOf(label)}
          autoFocus={isMain}
          onClick={copy}
        >
          {outcome === "copied" ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {mineText.copy}
        </Button>
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <p role="status" className={styles.hint}>
        {outcome === "copied" ? mineText.copied : outcome === "selected" ? mineText.copyByHand : ""}
      </p>
    </div>
  );
}
