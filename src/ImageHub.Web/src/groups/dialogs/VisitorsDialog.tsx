import type { Group } from "../../api/client";
import { FormDialog } from "../../shell/FormDialog";
import { RightsFields, rightsOf } from "../../site/RightsFields";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { saveGroup } from "../changes";

/** Edits which sizes visitors may download from a group, and whether they see the watermark. */
export function VisitorsDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  async function submit(fields: FormData) {
    const { downloads, watermark } = rightsOf(fields);
    if (downloads !== null && watermark !== null) await saveGroup(group, { downloads, watermark });
    onClose();
  }
  return (
    <FormDialog title={deskText.visitors.title} action={text.common.save} onSubmit={submit} onClose={onClose}>
      {(wrong) => <RightsFields rights={group} wrong={wrong} />}
    </FormDialog>
  );
}
