import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Dialog, DialogActions } from "../design/overlays/Dialog";
import { text } from "../text";
import { reason } from "./Failure";
import { showFirstError } from "./showFirstError";
import { useBusy } from "./useBusy";

/** Returns the server's message about a field, if any. */
type Wrong = (field: string) => string | undefined;

/**
 * A dialog with a form. It prevents double submission, keeps the input if submission fails, and stays open while it waits
 * for the answer.
 */
export function FormDialog({
  title,
  action,
  more,
  isWide,
  isFirm: staysOpen = false,
  instead,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  /** The label of the submit button. */
  action: string;
  /** Content beside the buttons. */
  more?: ReactNode;
  /** Whether the dialog has space for two columns. */
  isWide?: boolean;
  /** Whether only a button of the content closes the dialog. */
  isFirm?: boolean;
  /** Content in place of the form, such as what it has created. The dialog itself stays, so that it can return the focus at its end. */
  instead?: ReactNode;
  /** Submits the form. An error is shown at the field that it names. */
  onSubmit: (fields: FormData) => Promise<void>;
  onClose: () => void;
  /** Renders the fields with the server's messages. The dialog itself shows messages about fields that this form does not have. */
  children: (wrong: Wrong) => ReactNode;
}) {
  const [failure, setFailure] = useState<unknown>();
  const { busy, isFirm, run } = useBusy();
  const form = useRef<HTMLFormElement>(null);
  const submitter = useRef<Element>(null);
  useEffect(() => {
    if (failure !== undefined) showFirstError(form.current, submitter.current);
  }, [failure]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const sent = new FormData(event.currentTarget);
    submitter.current = document.activeElement;
    void run(async () => {
      try {
        await onSubmit(sent);
        setFailure(undefined);
      } catch (error) {
        setFailure(error);
      }
    });
  }

  if (instead !== undefined)
    return (
      <Dialog title={title} onClose={onClose} isFirm={staysOpen} isWide={isWide} isReplaced>
        {instead}
      </Dialog>
    );
  const errors = failure instanceof Problem ? failure.errors : {};
  let isShown = failure === undefined;
  const fields = children((field) => {
    isShown ||= field in errors;
    return errors[field]?.join(" ");
  });
  return (
    <Dialog title={title} onClose={onClose} isFirm={isFirm} isWide={isWide}>
      <form ref={form} onSubmit={submit}>
        {fields}
        {!isShown && (
          <p role="alert" data-failure>
            {reason(failure)}
          </p>
        )}
        <DialogActions>
          {more}
          <Button onClick={onClose} inactive={isFirm}>
            {text.common.cancel}
          </Button>
          <Button type="submit" look="primary" inactive={busy}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
