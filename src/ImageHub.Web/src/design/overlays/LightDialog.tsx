import { type ReactNode, useEffect, useId, useRef } from "react";
import styles from "./LightDialog.module.css";

/**
 * A modal dialog of the visitors' pages: the browser's own, which needs no library and restores the focus. Escape and
 * a click outside close it.
 */
export function LightDialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  /** The content, which gets a function that closes the dialog. */
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  // A text selection may start inside the dialog and end outside.
  const isBeside = useRef(false);
  const close = () => dialog.current?.close();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser handles Escape.
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
