import { type FormEvent, useState } from "react";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Dialog, DialogActions } from "../design/Dialog";
import { CheckField, Field } from "../design/Field";
import { reason } from "../shell/Failure";
import { text } from "../text";
import { createGroup } from "./changes";

/** Asks for a new group's title. */
export function NewGroupDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (id: string) => void }) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const group = await createGroup({
        title: String(fields.get("title")).trim(),
        isPublished: fields.get("published") === "on",
      });
      onCreated(group.id);
    } catch (failure) {
      setBusy(false);
      setError(failure instanceof Problem ? (failure.errors.title?.[0] ?? reason(failure)) : reason(failure));
    }
  }

  return (
    <Dialog title={text.desk.newGroup} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={text.desk.title} name="title" required maxLength={200} error={error} autoFocus />
        <CheckField label={text.desk.publishAtOnce} name="published" defaultChecked />
        <DialogActions>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button type="submit" look="primary" inactive={busy}>
            {text.desk.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
