import type { Group } from "../../api/client";
import { Problem } from "../../api/problem";
import { Field } from "../../design/fields/Field";
import { absolute } from "../../links/changes";
import { FormDialog } from "../../shell/FormDialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { saveGroup } from "../changes";

/** The maximum length of a slug in characters. */
const longest = 80;

/** Changes the address of a group's page. */
export function AddressDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  async function submit(fields: FormData) {
    const slug = String(fields.get("slug")).trim().toLowerCase();
    if (slug !== group.slug)
      await saveGroup(group, { slug: slug || null }).catch((error) => {
        throw explained(error, slug);
      });
    onClose();
  }

  return (
    <FormDialog title={deskText.address.title} action={text.common.save} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <Field
          label={deskText.address.label}
          name="slug"
          before={absolute("/groups/").replace(/^https?:\/\//, "")}
          defaultValue={group.slug}
          maxLength={longest}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          hint={deskText.address.hint}
          error={wrong("slug")}
          autoFocus
        />
      )}
    </FormDialog>
  );
}

/** An error about the slug in the page's language; other errors stay as they are. */
function explained(error: unknown, slug: string) {
  if (!(error instanceof Problem)) return error;
  const isTaken = error.code === "duplicateSlug";
  if (!isTaken && !("slug" in error.errors)) return error;
  const message = isTaken ? deskText.address.taken(slug) : deskText.address.invalid;
  return new Problem(error.status, error.code, message, { slug: [message] }, null, error.requestId);
}
