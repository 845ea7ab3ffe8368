import { limits } from "../api/limits";
import { CheckField, Field } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { text } from "../text";
import { deskText } from "../text/desk";
import { saveTier } from "./changes";
import type { Tier } from "./queries";

const megabyte = 1_000_000;

/** Creates a tier, or edits its name, limits and rights. */
export function TierDialog({ tier, onClose }: { tier?: Tier; onClose: () => void }) {
  async function submit(fields: FormData) {
    const bytesOf = (name: string) => (fields.get(name) ? Math.round(Number(fields.get(name)) * megabyte) : null);
    await saveTier(tier, {
      name: String(fields.get("name")).trim(),
      thumbnailHeights: String(fields.get("heights"))
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(Number),
      originals: fields.get("originals") === "on",
      expiringLinks: fields.get("links") === "on",
      quotaBytes: bytesOf("quota"),
      maxFileBytes: bytesOf("maxFile"),
    });
    onClose();
  }

  const megabytes = (bytes: number | null | undefined) => (bytes == null ? "" : bytes / megabyte);
  return (
    <FormDialog
      title={tier ? deskText.tiers.edit(tier.name) : deskText.tiers.create}
      action={text.common.save}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <Field
            label={deskText.tiers.name}
            name="name"
            required
            maxLength={limits.tierName}
            defaultValue={tier?.name}
            error={wrong("name")}
            autoFocus
          />
          <Field
            label={deskText.tiers.heights}
            name="heights"
            pattern="[0-9]+([\s,;]+[0-9]+)*"
            defaultValue={tier?.thumbnailHeights.join(", ") ?? "200"}
            hint={deskText.tiers.heightsHint}
            error={wrong("thumbnailHeights")}
          />
          <CheckField label={deskText.tiers.originals} name="originals" defaultChecked={tier?.originals} />
          <CheckField label={deskText.tiers.links} name="links" defaultChecked={tier?.expiringLinks} />
          <Field
            label={deskText.tiers.quota}
            name="quota"
            type="number"
            min={0}
            step="any"
            defaultValue={megabytes(tier?.quotaBytes)}
            hint={deskText.tiers.unlimited}
            error={wrong("quotaBytes")}
          />
          <Field
            label={deskText.tiers.maxFile}
            name="maxFile"
            type="number"
            min={0}
            step="any"
            defaultValue={megabytes(tier?.maxFileBytes)}
            hint={deskText.tiers.unlimited}
            error={wrong("maxFileBytes")}
          />
        </>
      )}
    </FormDialog>
  );
}
