import { useState } from "react";
import type { Schemas } from "../api/client";
import { limits } from "../api/limits";
import { MadeKey } from "../apiKeys/KeysPage";
import { Field } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { deskText } from "../text/desk";
import { createKey } from "./changes";

/** Creates a key that signs addresses, and shows it once. */
export function NewTransformKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Schemas["NewTransformKey"]>();
  const shown = made && (
    <MadeKey
      fields={[
        { label: deskText.transforms.id, value: made.id },
        { label: deskText.transforms.key, value: made.key, hint: deskText.transforms.secret },
      ]}
      onClose={onClose}
    />
  );
  return (
    <FormDialog
      title={made ? deskText.apiKeys.made(made.name) : deskText.apiKeys.create}
      action={deskText.apiKeys.createAction}
      isFirm={made !== undefined}
      instead={shown}
      onSubmit={async (fields) => setMade(await createKey({ name: String(fields.get("name")).trim() }))}
      onClose={onClose}
    >
      {(wrong) => (
        <Field
          label={deskText.apiKeys.name}
          name="name"
          required
          maxLength={limits.transformKeyName}
          hint={deskText.transforms.nameHint}
          error={wrong("name")}
          autoComplete="off"
          autoFocus
        />
      )}
    </FormDialog>
  );
}
