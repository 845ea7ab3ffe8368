import { type ReactNode, useEffect, useRef } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { text } from "../../text";
import { Button } from "../Button";
import styles from "./Dialog.module.css";

/** A modal dialog. Escape and a click outside close it, unless `isFirm`. The focus returns to the element that had it before. */
export function Dialog({
  title,
  onClose,
  isFirm = false,
  isWide = false,
  isReplaced = false,
  children,
}: {
  title: string;
  onClose: () => void;
  isFirm?: boolean;
  isWide?: boolean;
  /** Whether the content is another than at the beginning. If it replaced the focused element, the dialog gets the focus. */
  isReplaced?: boolean;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isReplaced && document.activeElement === document.body) dialog.current?.focus();
  }, [isReplaced]);
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isFirm}
      isKeyboardDismissDisabled={isFirm}
      className={styles.scrim}
      data-scrim
    >
      <Modal className={isWide ? `${styles.modal} ${styles.wide}` : styles.modal}>
        <AriaDialog ref={dialog} className={styles.dialog}>
          <Heading slot="title" className={styles.title}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The buttons of a dialog, the confirming one last. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className={styles.actions}>{children}</div>
);

/** Asks for confirmation before an action that has no Undo. */
export const ConfirmDialog = ({
  title,
  action,
  onYes,
  onClose,
  children,
}: {
  title: string;
  /** The label of the confirming button. */
  action: string;
  onYes: () => void;
  onClose: () => void;
  /** The consequences of the action. */
  children: string;
}) => (
  <Dialog title={title} onClose={onClose}>
    <p>{children}</p>
    <DialogActions>
      <Button onClick={onClose}>{text.common.cancel}</Button>
      <Button look="danger" onClick={onYes}>
        {action}
      </Button>
    </DialogActions>
  </Dialog>
);
