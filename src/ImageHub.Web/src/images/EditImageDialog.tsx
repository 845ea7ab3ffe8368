import { type FormEvent, useState } from "react";
import type { Image } from "../api/client";
import { Button } from "../design/Button";
import { Dialog, DialogActions } from "../design/Dialog";
import { Field } from "../design/Field";
import { text } from "../text";
import { updateImage } from "./changes";

/** Asks for an image's title, description and tags. */
export function EditImageDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget);
    const value = (name: string) => String(fields.get(name)).trim();
    setBusy(true);
    const saved = await updateImage(image, {
      title: value("title") || null,
      description: value("description") || null,
      tags: value("tags")
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    });
    // What was typed stays where it could not be saved.
    if (saved) onClose();
    else setBusy(false);
  }

  return (
    <Dialog title={text.desk.editImage} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={text.desk.title}
          name="title"
          maxLength={200}
          defaultValue={image.title ?? ""}
          hint={text.desk.titleHint}
          autoFocus
        />
        <Field
          label={text.details.description}
          name="description"
          maxLength={2000}
          defaultValue={image.description ?? ""}
        />
        <Field label={text.details.tags} name="tags" defaultValue={image.tags.join(", ")} hint={text.desk.tagsHint} />
        <DialogActions>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button type="submit" look="primary" inactive={busy}>
            {text.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
