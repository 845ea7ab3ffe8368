import { type ReactNode, useEffect, useId, useRef } from "react";
import styles from "./LightDialog.module.css";

/**
 * A modal dialog of the visitors' pages: the browser's own, which needs no library and gives the focus back. Escape and a press beside it
 * close it.
 */
export function LightDialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  /** What is in it; gets what closes it. */
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  // Who selects text may let go beside it.
  const isBeside = useRef(false);
  const close = () => dialog.current?.close();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key, which the browser takes care of.
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onClose={onClose}
      onPointerDown={(event) => {
        isBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => isBeside.current && event.target === event.currentTarget && close()}
    >
      <div className={styles.content}>
        <h2 id={id}>{title}</h2>
        {children(close)}
      </div>
    </dialog>
  );
}
