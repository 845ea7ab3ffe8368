import { useEffect, useRef } from "react";
import { Button } from "../design/Button";
import { viewerText as text } from "../text/viewer";
import styles from "./Keys.module.css";

const { keys } = text;

const list: [name: string, ...keys: string[]][] = [
  [keys.walk, "←", "→"],
  [keys.ends, keys.names.home, keys.names.end],
  [keys.play, keys.names.space],
  [keys.fullScreen, "F"],
  [keys.details, "I"],
  [keys.zoom, "+", "−"],
  [keys.pixels, "1", "0"],
  [keys.help, "?"],
  [keys.close, keys.names.escape],
];

/** The list of the viewer's keys; the browser's own dialog, which gives the focus back. */
export function Keys({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="viewer-keys" onClose={onClose}>
      <h2 id="viewer-keys">{keys.title}</h2>
      <dl className={styles.list}>
        {list.map(([name, ...pressed]) => (
          <div key={name}>
            <dt>
              {pressed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={() => dialog.current?.close()}>{keys.close}</Button>
    </dialog>
  );
}
