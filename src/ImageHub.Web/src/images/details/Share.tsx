import { Share2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../design/Button";
import { viewerText as text } from "../../text/viewer";
import styles from "./Share.module.css";

/** Shares a photo's address with the device's share dialog, or copies it if there is none. */
export function Share({ title, path }: { title: string; path: string }) {
  const [said, say] = useState({ path, message: "" });
  const place = useRef<HTMLDivElement>(null);
  const share = async () => {
    const url = new URL(path, location.href).href;
    if (navigator.share !== undefined) {
      // Closing the share dialog is not an error.
      await navigator.share({ title, url }).catch(() => undefined);
      return;
    }
    const message = (await copied(url, place.current)) ? text.share.copied : text.share.byHand(url);
    say({ path, message });
  };
  return (
    <div ref={place} className={styles.place}>
      <Button look="quiet" aria-label={text.share.title} title={text.share.title} onClick={share}>
        <Share2 size={20} aria-hidden />
      </Button>
      <p aria-live="polite" className={styles.message}>
        {said.path === path && said.message}
      </p>
    </div>
  );
}

/** Copies a text; `false` if this fails. Pages over plain http have no clipboard: there an older command copies the selection. */
async function copied(value: string, place: HTMLElement | null) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = value;
    field.className = "visuallyHidden";
    place?.append(field);
    field.focus({ preventScroll: true });
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return isCopied;
  }
}
