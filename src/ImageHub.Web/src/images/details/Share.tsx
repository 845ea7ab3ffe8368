import { Share2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../design/Button";
import { viewerText as text } from "../../text/viewer";
import styles from "./Share.module.css";
import { shareOrCopy } from "./shareOrCopy";

/** Shares a photo's address with the device's share dialog or, without a share dialog, copies the address. */
export function Share({ title, path }: { title: string; path: string }) {
  const [said, say] = useState({ path, message: "" });
  const place = useRef<HTMLDivElement>(null);
  const share = async () => {
    const url = new URL(path, location.href).href;
    const result = await shareOrCopy(title, url, place.current);
    if (result !== "shared") say({ path, message: result === "copied" ? text.share.copied : text.share.byHand(url) });
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
