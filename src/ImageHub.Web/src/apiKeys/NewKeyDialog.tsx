import { useState } from "react";
import { useMe } from "../accounts/me";
import type { Schemas } from "../api/client";
import { limits } from "../api/limits";
import { CheckField, CheckFieldGroup, Field, SelectField } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { useHasProducts } from "../site/site";
import { deskText } from "../text/desk";
import { guestText } from "../text/guest";
import { mineText } from "../text/mine";
import { ConnectSteps } from "./ConnectSteps";
import { createKey } from "./changes";
import { useDavAddress } from "./davAddress";
import { MadeKey } from "./KeysPage";
import type { Scope } from "./queries";

const day = 86_400_000;

/** The offered lifetimes in days; 0 for a key that does not expire. */
const lifetimes = [30, 90, 365, 0];

const scopes: Scope[] = ["read", "upload", "inventory", "admin"];

interface Props {
  /** Whether the key lets WebDAV apps add to the user's own images. Such a key has only the scope `upload`. */
  isOwn?: boolean;
  onClose: () => void;
}

/** Creates a key and shows it once. */
export function NewKeyDialog({ isOwn = false, onClose }: Props) {
  const [made, setMade] = useState<Schemas["NewApiKey"]>();
  const hasProducts = useHasProducts();
  const isAdmin = useMe().data?.role === "admin";
  const davAddress = useDavAddress(false);

  async function submit(fields: FormData) {
    const days = Number(fields.get("days"));
    setMade(
      await createKey({
        name: String(fields.get("name")).trim(),
        scopes: isOwn ? ["upload"] : scopes.filter((scope) => fields.get(scope) === "on"),
        ...(days > 0 && { expiresAt: new Date(Date.now() + days * day).toISOString() }),
      }),
    );
  }

  const isForDav = davAddress && made?.scopes.some((scope) => scope === "upload" || scope === "admin");
  const shown = made && (
    <MadeKey
      fields={[
        {
          label: deskText.apiKeys.key,
          value: made.key,
          hint: isOwn ? mineText.webDav.keyHint : deskText.apiKeys.sentAs,
        },
        // The account page shows the address for own images.
        ...(!isOwn && isForDav
          ? [{ label: mineText.webDav.address, value: davAddress, hint: mineText.webDav.addressHint }]
          : []),
      ]}
      onClose={onClose}
    >
      {!isOwn && isForDav && <ConnectSteps />}
    </MadeKey>
  );
  return (
    <FormDialog
      title={made ? deskText.apiKeys.made(made.name) : deskText.apiKeys.create}
      action={deskText.apiKeys.createAction}
      isFirm={made !== undefined}
      instead={shown}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <p>{isOwn ? mineText.webDav.createText : deskText.apiKeys.createText}</p>
          <Field
            label={deskText.apiKeys.name}
            name="name"
            required
            maxLength={limits.apiKeyName}
            hint={deskText.apiKeys.nameHint}
            error={wrong("name")}
            autoComplete="off"
            autoFocus
          />
          {!isOwn && (
            <CheckFieldGroup label={deskText.apiKeys.scopes} error={wrong("scopes") && deskText.apiKeys.noScopes}>
              {scopes
                .filter((scope) => (isAdmin ? scope !== "inventory" || hasProducts : scope === "upload"))
                .map((scope) => (
                  <CheckField
                    key={scope}
                    label={deskText.apiKeys.scopeNames[scope]}
                    hint={deskText.apiKeys.scopeTexts[scope]}
                    name={scope}
                  />
                ))}
            </CheckFieldGroup>
          )}
          <SelectField label={deskText.apiKeys.lasts} name="days" defaultValue="365">
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days > 0 ? guestText.links.days(days) : deskText.apiKeys.untilRevoked}
              </option>
            ))}
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}
