import { Check, Copy } from "lucide-react";
import { useId, useRef, useState } from "react";
import { text } from "../text";
import { Button } from "./Button";
import styles from "./CopyField.module.css";

/** Something to copy. Without a clipboard, as over plain http, it is selected for the keys that copy. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);

  async function copy() {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      field.current?.focus();
    }
  }

  return (
    <div className={styles.copy}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        <input ref={field} id={id} readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
        <Button onClick={copy} aria-label={text.links.copyOf(label)}>
          {isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {isCopied ? text.links.copied : text.links.copy}
        </Button>
      </div>
      <p role="status" className="visuallyHidden">
        {isCopied && text.links.copied}
      </p>
    </div>
  );
}
