import { ExternalLink } from "lucide-react";
import { Suspense, useState } from "react";
import { Link } from "react-router";
import type { Group, Schemas } from "../api/client";
import { Button, buttonClass } from "../design/Button";
import { CopyField } from "../design/fields/CopyField";
import { DialogActions } from "../design/overlays/Dialog";
import { FormDialog } from "../shell/FormDialog";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import { dateTime } from "../text/format";
import { guestText } from "../text/guest";
import { absolute, shareGroup } from "./changes";
import { LinkFields, linkOf } from "./LinkFields";

const LinkCode = whenShown(async () => (await import("./LinkCode")).LinkCode);

/** Creates a link to a group, then shows the link. */
export function ShareDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const [link, setLink] = useState<Schemas["NewLink"] & { hasMaxViews: boolean; uploads: boolean }>();

  async function submit(fields: FormData) {
    const wanted = linkOf(fields);
    const made = await shareGroup(group.id, wanted);
    setLink({ ...made, hasMaxViews: wanted.maxViews !== null, uploads: wanted.uploads });
  }

  const made = link && (
    <>
      <CopyField label={guestText.links.address} value={absolute(link.url)} isMain />
      <p>{link.expiresAt ? guestText.links.until(dateTime(link.expiresAt)) : guestText.links.forever}</p>
      <Suspense>
        <LinkCode address={absolute(link.url)} title={group.title} isForSending={link.uploads} />
      </Suspense>
      {link.hasMaxViews && <p>{guestText.links.noPreview}</p>}
      <DialogActions>
        {!link.hasMaxViews && (
          <a href={link.url} target="_blank" rel="noreferrer" className={buttonClass()}>
            <ExternalLink size={16} aria-hidden />
            {guestText.links.preview}
          </a>
        )}
        <Button onClick={onClose}>{text.common.close}</Button>
      </DialogActions>
    </>
  );
  return (
    <FormDialog
      title={link ? guestText.links.made(group.title) : guestText.links.share(group.title)}
      action={guestText.links.create}
      instead={made}
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
          <LinkFields wrong={wrong} />
        </>
      )}
    </FormDialog>
  );
}
