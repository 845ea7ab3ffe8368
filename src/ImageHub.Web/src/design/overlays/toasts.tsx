import { X } from "lucide-react";
import { useEffect } from "react";
import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { session } from "../../api/session";
import { reason } from "../../shell/Failure";
import { mineText } from "../../text/mine";
import { buttonClass } from "../Button";
import styles from "./toasts.module.css";

interface Message {
  text: string;
  failed: boolean;
  undo?: () => void;
}

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

// The next user must not see these messages or press their Undo.
session.subscribe(() => {
  if (session.get().state === "none") queue.clear();
});

/** The display time of a message about a completed action, in milliseconds. The timer stops while the message has the pointer or the focus. */
const stay = 8_000;

/** Reports a completed action, with Undo if it can be undone. Returns the key of the message. */
export const tell = (message: string, undo?: () => void) =>
  queue.add({ text: message, failed: false, undo }, { timeout: stay });

/** Reports an action that is under way. Returns a function that closes the message. */
export function tellProgress(message: string) {
  const key = queue.add({ text: message, failed: false });
  return () => queue.close(key);
}

/** Closes a message. */
export const closeMessage = (key: string) => queue.close(key);

/** Reports a failed action and its reason. The message stays until it is closed. */
export const tellFailure = (what: string, error?: unknown) =>
  queue.add({ text: error === undefined ? what : `${what} ${reason(error)}`, failed: true });

/** The region of messages. F6 moves the focus to the first button of the newest one. */
export function Toasts() {
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      const button = event.key === "F6" && document.querySelector<HTMLElement>(`.${styles.toast} button`);
      if (!button) return;
      event.preventDefault();
      event.stopPropagation();
      button.focus();
    };
    addEventListener("keydown", go, true);
    return () => removeEventListener("keydown", go, true);
  }, []);
  return (
    <ToastRegion queue={queue} aria-label={mineText.messages} className={styles.region}>
      {({ toast }) => (
        <Toast toast={toast} className={toast.content.failed ? `${styles.toast} ${styles.failed}` : styles.toast}>
          <ToastContent className={styles.content}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.undo && (
            <Button
              className={buttonClass("quiet", styles.undo)}
              onPress={() => {
                toast.content.undo?.();
                queue.close(toast.key);
              }}
            >
              {mineText.undo}
            </Button>
          )}
          <Button slot="close" aria-label={mineText.dismiss} className={buttonClass("quiet")}>
            <X size={16} aria-hidden />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
