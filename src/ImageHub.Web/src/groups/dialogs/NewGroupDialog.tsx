import { limits } from "../../api/limits";
import { CheckField, Field } from "../../design/fields/Field";
import { FormDialog } from "../../shell/FormDialog";
import { mineText } from "../../text/mine";
import { createGroup } from "../changes";

/** Asks for a new group's title and creates the group. */
export function NewGroupDialog({
  parentId,
  onClose,
  onCreated,
}: {
  /** The group above the new group; absent: the first level. */
  parentId?: string;
  onClose: () => void;
  onCreated: (id: string) => void;
}) {
  async function submit(fields: FormData) {
    const title = String(fields.get("title")).trim();
    const group = await createGroup({ title, isPublished: fields.get("published") === "on", parentId });
    onCreated(group.id);
  }

  return (
    <FormDialog title={mineText.desk.newGroup} action={mineText.desk.create} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          <Field
            label={mineText.desk.title}
            name="title"
            required
            maxLength={limits.groupTitle}
            error={wrong("title")}
            autoFocus
          />
          <CheckField label={mineText.desk.publishAtOnce} name="published" />
        </>
      )}
    </FormDialog>
  );
}
