import { useState } from "react";
import type { Photograph } from "../../api/client";
import { limits } from "../../api/limits";
import { Field, TextField } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import { updateImage } from "./changes";
import styles from "./EditImageDialog.module.css";
import { FocusField } from "./FocusField";
import { isSameFocus } from "./focusPoint";

/** Edits an image's title, description, tags and focus point. */
export function EditImageDialog({
  groupId,
  image,
  onClose,
}: {
  groupId: string;
  image: Photograph;
  onClose: () => void;
}) {
  const [focus, setFocus] = useState(image.focus);

  async function submit(fields: FormData) {
    const value = (name: string) => String(fields.get(name)).trim();
    const saved = await updateImage(groupId, image, {
      title: value("title") || null,
      description: value("description") || null,
      tags: value("tags")
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
      ...(!isSameFocus(focus, image.focus) && { focus }),
    });
    // The dialog stays open if saving fails.
    if (saved) onClose();
  }

  return (
    <FormDialog title={mineText.desk.editImage} action={text.common.save} isWide onSubmit={submit} onClose={onClose}>
      {() => (
        <div className={styles.sides}>
          <div className={styles.fields}>
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
          </div>
          <FocusField image={image} focus={focus} onChange={setFocus} />
        </div>
      )}
    </FormDialog>
  );
}
