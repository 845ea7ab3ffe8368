import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Photograph } from "../../api/client";
import { limits } from "../../api/limits";
import { Field, TextField } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { imageById } from "../queries";
import { updateImage } from "./changes";
import styles from "./EditImageDialog.module.css";
import { FocusField } from "./FocusField";
import { isSameFocus } from "./focusPoint";
import { tagsIn } from "./numberedTitles";
import { Stars } from "./Stars";
import { localTime, takenAtOf } from "./takenTime";

/** Edits an image's title, description, tags, time taken and focus point, and for curators the rating. Says who added the image. */
export function EditImageDialog({
  groupId,
  image: latest,
  onClose,
}: {
  groupId: string;
  image: Photograph;
  onClose: () => void;
}) {
  // The photo that the fields show. Only fields that differ from it are saved, because others may have been changed elsewhere.
  const [image] = useState(latest);
  const [focus, setFocus] = useState(image.focus);
  const titleField = useRef<HTMLInputElement>(null);
  // Focuses the field only now: the large view below would take the focus from a field that is focused earlier.
  useEffect(() => titleField.current?.focus(), []);
  const [rating, setRating] = useState(image.rating ?? null);
  const details = useQuery({ ...imageById(image.id), staleTime: 0, refetchOnWindowFocus: false });
  // Cached details may lack a recent change, so they do not fill the field.
  const isRead = details.data !== undefined && details.isFetchedAfterMount && !details.error;
  const takenAt = (isRead && details.data?.takenAt) || null;

  async function submit(fields: FormData) {
    const value = (name: string) => String(fields.get(name)).trim();
    // Null while the field is disabled, until the time has been read.
    const typed = fields.get("takenAt");
    const time = typed === null ? takenAt : takenAtOf(String(typed), takenAt);
    const title = value("title") || null;
    const description = value("description") || null;
    // Browsers change line breaks to "\n".
    const isTyped = (name: string, shown: string | null) => fields.get(name) !== (shown ?? "").replace(/\r\n?/g, "\n");
    const saved = await updateImage(groupId, image, {
      ...(isTyped("title", image.title) && { title }),
      ...(isTyped("description", image.description) && { description }),
      ...(isTyped("tags", image.tags.join(", ")) && { tags: tagsIn(value("tags"), image.tags) }),
      ...(rating !== (image.rating ?? null) && { rating }),
      ...(time !== takenAt && { takenAt: time }),
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
              ref={titleField}
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
            {image.rating !== undefined && (
              <div className={styles.rating}>
                <span aria-hidden>{deskText.rating.label}</span>
                <Stars rating={rating} onRate={setRating} />
              </div>
            )}
            <Field
              key={String(isRead)}
              label={deskText.taken.label}
              name="takenAt"
              type="datetime-local"
              step={1}
              min="1826-01-01T00:00:00"
              max="2100-12-31T23:59:59"
              disabled={!isRead}
              defaultValue={takenAt ? localTime(takenAt) : ""}
              hint={deskText.taken.hint}
            />
            {image.addedBy && <p className={styles.addedBy}>{deskText.addedBy(image.addedBy.userName)}</p>}
          </div>
          <FocusField image={image} focus={focus} onChange={setFocus} />
        </div>
      )}
    </FormDialog>
  );
}
