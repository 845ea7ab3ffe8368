import { type FormEvent, type ReactNode, useState } from "react";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Dialog, DialogActions } from "../design/overlays/Dialog";
import { text } from "../text";
import { reason } from "./Failure";

/** What the server said of a field, or undefined. */
type Wrong = (field: string) => string | undefined;

/** A dialog that asks for something. It is sent once at a time, and stays with what was typed where that fails. */
export function FormDialog({
  title,
  action,
  more,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** What the button that sends it says. */
  action: string;
  /** Beside the buttons. */
  more?: ReactNode;
  /** Sends it; what it throws is shown, at the field that it names. */
  onSubmit: (fields: FormData) => Promise<void>;
  onClose: () => void;
  /** The fields. What is wrong with one that did not ask is said below them. */
  children: (wrong: Wrong) => ReactNode;
}) {
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      await onSubmit(new FormData(event.currentTarget));
      setFailure(undefined);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const errors = failure instanceof Problem ? failure.errors : {};
  let isShown = failure === undefined;
  const fields = children((field) => {
    isShown ||= field in errors;
    return errors[field]?.join(" ");
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {fields}
        {!isShown && <p role="alert">{reason(failure)}</p>}
        <DialogActions>
          {more}
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button type="submit" look="primary" inactive={busy}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
