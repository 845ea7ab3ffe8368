import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Group, Schemas } from "../api/client";
import { limits } from "../api/limits";
import { Button, buttonClass } from "../design/Button";
import { CopyField } from "../design/CopyField";
import { Dialog, DialogActions } from "../design/Dialog";
import { CheckField, Field, SelectField } from "../design/Field";
import { FormDialog } from "../shell/FormDialog";
import { text } from "../text";
import { deskText } from "../text/desk";
import { dateTime } from "../text/format";
import { guestText } from "../text/guest";
import { absolute, shareGroup } from "./changes";

const day = 86_400;

/** How long a link may last, in days; 0: until it is ended. */
const lifetimes = [1, 7, 30, 90, 365, 0];

/** Makes a link to a group, and shows it: its address is not told again. */
export function ShareDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const [link, setLink] = useState<Schemas["NewLink"] & { hasMaxViews: boolean }>();

  async function submit(fields: FormData) {
    const days = Number(fields.get("days"));
    const maxViews = Number(fields.get("maxViews"));
    const password = String(fields.get("password"));
    const made = await shareGroup(group.id, {
      ...(days > 0 && { expiresInSeconds: days * day }),
      ...(password && { password }),
      ...(maxViews > 0 && { maxViews }),
      ...(fields.get("favourites") === "on" && { favourites: true }),
    });
    setLink({ ...made, hasMaxViews: maxViews > 0 });
  }

  if (link)
    return (
      <Dialog title={guestText.links.made(group.title)} onClose={onClose}>
        <CopyField label={guestText.links.address} value={absolute(link.url)} />
        <p>{link.expiresAt ? guestText.links.until(dateTime(link.expiresAt)) : guestText.links.forever}</p>
        <p>{guestText.links.onlyNow}</p>
        {link.hasMaxViews && <p>{guestText.links.noPreview}</p>}
        <DialogActions>
          {!link.hasMaxViews && (
            <a href={link.url} target="_blank" rel="noreferrer" className={buttonClass()}>
              <ExternalLink size={16} aria-hidden />
              {guestText.links.preview}
            </a>
          )}
          <Button look="primary" onClick={onClose}>
            {text.common.close}
          </Button>
        </DialogActions>
      </Dialog>
    );
  return (
    <FormDialog
      title={guestText.links.share(group.title)}
      action={guestText.links.create}
      more={
        <Link to="/admin/links" className={buttonClass("quiet")}>
          {guestText.links.all}
        </Link>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <p>{guestText.links.shareText}</p>
          <SelectField label={guestText.links.lasts} name="days" defaultValue="30">
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days > 0 ? guestText.links.days(days) : guestText.links.untilEnded}
              </option>
            ))}
          </SelectField>
          <Field
            label={guestText.links.password}
            name="password"
            autoComplete="off"
            minLength={limits.leastLinkPassword}
            hint={guestText.links.passwordHint(limits.leastLinkPassword)}
            error={wrong("password")}
          />
          <Field
            label={guestText.links.maxViews}
            name="maxViews"
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000_000}
            hint={guestText.links.maxViewsHint}
            error={wrong("maxViews")}
          />
          <CheckField label={deskText.choices.allow} name="favourites" hint={deskText.choices.allowHint} />
        </>
      )}
    </FormDialog>
  );
}
