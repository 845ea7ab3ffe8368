import { type FormEvent, useState } from "react";
import { explainRefusal } from "../accounts/explainRefusal";
import type { Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { CopyField } from "../design/fields/CopyField";
import { SelectField } from "../design/fields/Field";
import { Dialog, DialogActions } from "../design/overlays/Dialog";
import { absolute } from "../links/changes";
import { text } from "../text";
import { dateTime } from "../text/format";
import { mineText } from "../text/mine";
import type { Tier } from "../tiers/queries";
import { createLink } from "./changes";
import styles from "./ImageLinksDialog.module.css";
import { heightsOf } from "./ownImageViews";
import type { OwnImage } from "./queries";

/** The links to an own image: the permanent links that the tier allows, and new links that expire. */
export function ImageLinksDialog({ image, tier, onClose }: { image: OwnImage; tier: Tier; onClose: () => void }) {
  const { thumbnails, full, original } = image.links;
  const heights = heightsOf(image);
  const variants = [...heights.map(String), ...(tier.originals ? ["full"] : [])];
  return (
    <Dialog title={mineText.linksOf(image.title || image.fileName)} onClose={onClose}>
      <section className={styles.part}>
        <h3>{mineText.permanent}</h3>
        <p className={styles.about}>
          {heights.length > 0 || full || original ? mineText.permanentText : mineText.noLinks}
        </p>
        {heights.map((height) => (
          <CopyField key={height} label={mineText.variant(String(height))} value={absolute(thumbnails[height] ?? "")} />
        ))}
        {full && <CopyField label={mineText.variant("full")} value={absolute(full)} />}
        {original && <CopyField label={mineText.original} value={absolute(original)} />}
      </section>
      {variants.length > 0 && <ExpiringLinks image={image} variants={variants} isAllowed={tier.expiringLinks} />}
      <DialogActions>
        <Button onClick={onClose}>{text.common.close}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** The form disappears with its button, so the message about the refusal gets the focus and is read out. */
const takeFocus = (sentence: HTMLElement | null) => sentence?.focus({ preventScroll: true });

type Made = Schemas["NewLink"] & { variant: string };

function ExpiringLinks({
  image,
  variants,
  isAllowed,
}: {
  image: OwnImage;
  variants: string[];
  /** Whether the tier allows links that expire. */
  isAllowed: boolean;
}) {
  const [made, setMade] = useState<Made[]>([]);
  const [error, setError] = useState<string>();
  // The tier may have changed since the page was loaded.
  const [isRefused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget);
    const variant = String(fields.get("variant"));
    setBusy(true);
    setError(undefined);
    try {
      const link = await createLink(image.id, { variant, expiresInSeconds: Number(fields.get("lifetime")) });
      setMade((before) => [...before, { ...link, variant }]);
    } catch (failure) {
      if (failure instanceof Problem && failure.code === "tierForbids") setRefused(true);
      else setError(explainRefusal(failure));
    }
    setBusy(false);
  }

  return (
    <section className={styles.part}>
      <h3>{mineText.expiring}</h3>
      {isRefused || !isAllowed ? (
        <p ref={isRefused ? takeFocus : undefined} tabIndex={-1} className={styles.about}>
          {mineText.noExpiring}
        </p>
      ) : (
        <>
          <p className={styles.about}>{mineText.expiringText}</p>
          <form onSubmit={submit}>
            <SelectField label={mineText.resolution} name="variant">
              {variants.map((variant) => (
                <option key={variant} value={variant}>
                  {mineText.variant(variant)}
                </option>
              ))}
            </SelectField>
            <SelectField label={mineText.lifetime} name="lifetime" defaultValue="3600">
              {Object.entries(mineText.lifetimes).map(([seconds, name]) => (
                <option key={seconds} value={seconds}>
                  {name}
                </option>
              ))}
            </SelectField>
            <p role="alert" className={styles.error}>
              {error}
            </p>
            <Button type="submit" inactive={busy}>
              {mineText.createLink}
            </Button>
          </form>
        </>
      )}
      <p role="status" className="visuallyHidden">
        {made.length > 0 && mineText.created}
      </p>
      {made.map(({ id, url, expiresAt, variant }) => (
        <CopyField
          key={id}
          label={mineText.newLink(mineText.variant(variant))}
          value={absolute(url)}
          hint={`${expiresAt ? `${mineText.worksUntil(dateTime(expiresAt))}. ` : ""}${mineText.shownOnce}`}
        />
      ))}
    </section>
  );
}
