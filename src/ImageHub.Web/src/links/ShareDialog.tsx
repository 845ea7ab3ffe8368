import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Group, Schemas } from "../api/client";
import { limits } from "../api/limits";
import { Button, buttonClass } from "../design/Button";
import { CopyField } from "../design/CopyField";
import { Dialog, DialogActions } from "../design/Dialog";
import { Field, SelectField } from "../design/Field";
import { FormDialog } from "../shell/FormDialog";
import { text } from "../text";
import { dateTime } from "../text/format";
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
    });
    setLink({ ...made, hasMaxViews: maxViews > 0 });
  }

  if (link)
    return (
      <Dialog title={text.links.made(group.title)} onClose={onClose}>
        <CopyField label={text.links.address} value={absolute(link.url)} />
        <p>{link.expiresAt ? text.links.until(dateTime(link.expiresAt)) : text.links.forever}</p>
        <p>{text.links.onlyNow}</p>
        {link.hasMaxViews && <p>{text.links.noPreview}</p>}
        <DialogActions>
          {!link.hasMaxViews && (
            <a href={link.url} target="_blank" rel="noreferrer" className={buttonClass()}>
              <ExternalLink size={16} aria-hidden />
              {text.links.preview}
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
      title={text.links.share(group.title)}
      action={text.links.create}
      more={
        <Link to="/admin/links" className={buttonClass("quiet")}>
          {text.links.all}
        </Link>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <p>{text.links.shareText}</p>
          <SelectField label={text.links.lasts} name="days" defaultValue="30">
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days > 0 ? text.links.days(days) : text.links.untilEnded}
              </option>
            ))}
          </SelectField>
          <Field
            label={text.links.password}
            name="password"
            autoComplete="off"
            minLength={limits.leastLinkPassword}
            hint={text.links.passwordHint(limits.leastLinkPassword)}
            error={wrong("password")}
          />
          <Field
            label={text.links.maxViews}
            name="maxViews"
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000_000}
            hint={text.links.maxViewsHint}
            error={wrong("maxViews")}
          />
        </>
      )}
    </FormDialog>
  );
}
