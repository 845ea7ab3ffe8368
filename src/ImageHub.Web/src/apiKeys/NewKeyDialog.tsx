import { useState } from "react";
import type { Schemas } from "../api/client";
import { limits } from "../api/limits";
import { Button } from "../design/Button";
import { CopyField } from "../design/CopyField";
import { Dialog, DialogActions } from "../design/Dialog";
import { CheckField, CheckFields, Field, SelectField } from "../design/Field";
import { FormDialog } from "../shell/FormDialog";
import { text } from "../text";
import { createKey } from "./changes";
import type { Scope } from "./queries";

const day = 86_400_000;

/** How long a key may last, in days; 0: until it is revoked. */
const lifetimes = [30, 90, 365, 0];

const scopes: Scope[] = ["read", "upload", "inventory", "admin"];

/** Creates a key, and shows it: it is not told again. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Schemas["NewApiKey"]>();

  async function submit(fields: FormData) {
    const days = Number(fields.get("days"));
    setMade(
      await createKey({
        name: String(fields.get("name")).trim(),
        scopes: scopes.filter((scope) => fields.get(scope) === "on"),
        ...(days > 0 && { expiresAt: new Date(Date.now() + days * day).toISOString() }),
      }),
    );
  }

  // Firm: a click beside it would lose the key.
  if (made)
    return (
      <Dialog title={text.apiKeys.made(made.name)} onClose={onClose} isFirm>
        <CopyField label={text.apiKeys.key} value={made.key} hint={text.apiKeys.sentAs} />
        <p>{text.apiKeys.onlyNow}</p>
        <DialogActions>
          <Button look="primary" onClick={onClose}>
            {text.common.close}
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <FormDialog title={text.apiKeys.create} action={text.apiKeys.createAction} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          <p>{text.apiKeys.createText}</p>
          <Field
            label={text.apiKeys.name}
            name="name"
            required
            maxLength={limits.apiKeyName}
            hint={text.apiKeys.nameHint}
            error={wrong("name")}
            autoComplete="off"
            autoFocus
          />
          <CheckFields label={text.apiKeys.scopes} error={wrong("scopes")}>
            {scopes.map((scope) => (
              <CheckField
                key={scope}
                label={text.apiKeys.scopeNames[scope]}
                hint={text.apiKeys.scopeTexts[scope]}
                name={scope}
              />
            ))}
          </CheckFields>
          <SelectField label={text.apiKeys.lasts} name="days" defaultValue="365">
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days > 0 ? text.links.days(days) : text.apiKeys.untilRevoked}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}
