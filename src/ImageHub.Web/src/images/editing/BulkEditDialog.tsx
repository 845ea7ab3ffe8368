import { useState } from "react";
import type { Photograph } from "../../api/client";
import { limits } from "../../api/limits";
import { CheckField, Field, SelectField, TextField } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { editImages } from "./changes";
import { numberedTitles, tagsIn } from "./numberedTitles";
import { stars } from "./rating";

/** The number of titles in the preview. */
const shown = 3;

/** Edits the titles, descriptions, tags and ratings of several images. An empty field changes nothing; checkboxes remove values. */
export function BulkEditDialog({
  groupId,
  images,
  onClose,
}: {
  groupId: string;
  /** The images in the order of their numbers. */
  images: Photograph[];
  onClose: () => void;
}) {
  const words = deskText.editMany;
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const tags = [...new Set(images.flatMap((image) => image.tags))];

  async function submit(fields: FormData) {
    const tagsOf = (name: string) => tagsIn(String(fields.get(name)), tags);
    const [addTags, removeTags] = [tagsOf("addTags"), tagsOf("removeTags")];
    const rating = String(fields.get("rating"));
    const edits = {
      ...((title.trim() || fields.has("noTitle")) && { title: title.trim() }),
      ...((description.trim() || fields.has("noDescription")) && { description: description.trim() }),
      ...(addTags.length > 0 && { addTags }),
      ...(removeTags.length > 0 && { removeTags }),
      ...(rating !== "" && { rating: Number(rating) || null }),
    };
    if (Object.keys(edits).length === 0 || (await editImages(groupId, edits, images))) onClose();
  }

  return (
    <FormDialog title={words.title(images.length)} action={text.common.save} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          <p>{words.keeps}</p>
          <Field
            label={mineText.desk.title}
            name="title"
            maxLength={limits.imageTitle}
            value={title}
            onChange={({ target }) => setTitle(target.value)}
            hint={words.counts("{n}")}
            error={wrong("title")}
            autoFocus
          />
          {images.some((image) => image.title) && !title.trim() && <CheckField label={words.noTitle} name="noTitle" />}
          <p role="status">
            {title.trim() &&
              words.preview(numberedTitles(title.trim(), images.length).slice(0, shown), images.length > shown)}
          </p>
          <TextField
            label={mineText.description}
            name="description"
            maxLength={limits.imageDescription}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
            error={wrong("description")}
          />
          {images.some((image) => image.description) && !description.trim() && (
            <CheckField label={words.noDescription} name="noDescription" />
          )}
          <Field label={words.addTags} name="addTags" hint={mineText.desk.tagsHint} error={wrong("addTags")} />
          <Field
            label={words.removeTags}
            name="removeTags"
            hint={tags.length > 0 ? words.inUse(tags.slice(0, 20)) : mineText.desk.tagsHint}
            error={wrong("removeTags")}
          />
          <SelectField label={deskText.rating.label} name="rating" defaultValue="">
            <option value="">{deskText.rating.unchanged}</option>
            <option value="0">{deskText.rating.none}</option>
            {stars.map((star) => (
              <option key={star} value={star}>
                {mineText.desk.stars(star)}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}
