import { keys } from "../api/keys";
import { limits } from "../api/limits";
import { CheckField, Field } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { NotRead } from "../shell/NotRead";
import { useAsOpened } from "../shell/useAsOpened";
import { text } from "../text";
import { deskText } from "../text/desk";
import { createTier, updateTier } from "./changes";
import { type Tier, tierById } from "./queries";

const megabyte = 1_000_000;

/** Returns only the changed fields, because other fields may have been changed elsewhere. */
const changes = <T extends Omit<Tier, "id">>(tier: Tier, wanted: T) =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => String(value) !== String(tier[name as keyof Tier])),
  ) as Partial<T>;

/** Creates a tier, or edits its name, limits and rights. */
export function TierDialog({ tier: listed, onClose }: { tier?: Tier; onClose: () => void }) {
  const {
    opened: tier,
    error,
    refetch,
  } = useAsOpened({ ...tierById(listed?.id ?? ""), enabled: listed !== undefined });

  async function submit(fields: FormData) {
    const bytesOf = (name: string) => (fields.get(name) ? Math.round(Number(fields.get(name)) * megabyte) : null);
    const wanted = {
      name: String(fields.get("name")).trim(),
      thumbnailHeights: String(fields.get("heights"))
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(Number),
      originals: fields.get("originals") === "on",
      expiringLinks: fields.get("links") === "on",
      quotaBytes: bytesOf("quota"),
      maxFileBytes: bytesOf("maxFile"),
    };
    if (tier) await updateTier(tier.id, changes(tier, wanted));
    else await createTier(wanted);
    onClose();
  }

  const megabytes = (bytes: number | null | undefined) => (bytes == null ? "" : bytes / megabyte);
  return (
    <FormDialog
      title={listed ? deskText.tiers.edit(listed.name) : deskText.tiers.create}
      action={text.common.save}
      instead={
        listed && !tier
          ? error && <NotRead error={error} again={refetch} list={keys.tiers} onClose={onClose} />
          : undefined
      }
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
