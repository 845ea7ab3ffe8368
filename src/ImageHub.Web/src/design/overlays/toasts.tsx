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

/** How long a message that can be undone stays, in milliseconds; the pointer or the focus on it stops the clock. */
const stay = 8_000;

/** Says what was done, with a way back where there is one. */
export const tell = (message: string, undo?: () => void) =>
  queue.add({ text: message, failed: false, undo }, { timeout: stay });

/** Says what was not done and why; it stays until it is closed. */
export const tellFailure = (what: string, error?: unknown) =>
  queue.add({ text: error === undefined ? what : `${what} ${reason(error)}`, failed: true });

/** Where messages appear; F6 goes to the newest one's first button. */
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
