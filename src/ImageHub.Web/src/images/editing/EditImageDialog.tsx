import type { Photograph } from "../../api/client";
import { limits } from "../../api/limits";
import { Field, TextField } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import { updateImage } from "./changes";

/** Edits an image's title, description and tags. */
export function EditImageDialog({
  groupId,
  image,
  onClose,
}: {
  groupId: string;
  image: Photograph;
  onClose: () => void;
}) {
  async function submit(fields: FormData) {
    const value = (name: string) => String(fields.get(name)).trim();
    const saved = await updateImage(groupId, image, {
      title: value("title") || null,
      description: value("description") || null,
      tags: value("tags")
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    });
    // The dialog stays open if saving fails.
    if (saved) onClose();
  }

  return (
    <FormDialog title={mineText.desk.editImage} action={text.common.save} onSubmit={submit} onClose={onClose}>
      {() => (
        <>
          <Field
            label={mineText.desk.title}
            name="title"
            maxLength={limits.imageTitle}
            defaultValue={image.title ?? ""}
            hint={mineText.desk.titleHint}
            autoFocus
          />
          <TextField
            label={mineText.description}
            name="description"
            maxLength={limits.imageDescription}
            defaultValue={image.description ?? ""}
          />
          <Field
            label={text.common.tags}
            name="tags"
            defaultValue={image.tags.join(", ")}
            hint={mineText.desk.tagsHint}
          />
        </>
      )}
    </FormDialog>
  );
}
