import { type ReactNode, useEffect, useId, useRef } from "react";
import styles from "./LightDialog.module.css";

/**
 * A modal dialog for the visitors' pages. It uses the browser's dialog element, which needs no library and restores the
 * focus. Escape and a click outside close it.
 */
export function LightDialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  /** Renders the content. `close` closes the dialog. */
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  // A text selection that starts inside the dialog and ends outside must not close it.
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
