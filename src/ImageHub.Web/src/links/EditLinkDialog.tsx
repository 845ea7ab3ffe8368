import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { CopyField } from "../design/fields/CopyField";
import { Dialog } from "../design/overlays/Dialog";
import { groupById } from "../groups/queries";
import { Failure } from "../shell/Failure";
import { FormDialog } from "../shell/FormDialog";
import { whenShown } from "../shell/whenShown";
import { guestText } from "../text/guest";
import { absolute, updateLink } from "./changes";
import { LinkFields, linkOf } from "./LinkFields";
import { type GuestLink, linkById } from "./queries";

const LinkCode = whenShown(async () => (await import("./LinkCode")).LinkCode);

/** Edits a group's link, and shows the link's address and QR code. */
export function EditLinkDialog({ link, onClose }: { link: GuestLink; onClose: () => void }) {
  const words = guestText.links;
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...linkById(link.id), staleTime: 0 });
  const group = useQuery({ ...groupById(link.targetId), staleTime: 60_000 });
  // The link that the fields show. The cached link may lack recent changes, and later changes do not reach the fields.
  const [shown, setShown] = useState<GuestLink>();
  if (shown === undefined && data !== undefined && isFetchedAfterMount && !error) setShown(data);
  if (shown === undefined)
    return (
      <Dialog title={words.editTitle} onClose={onClose}>
        {error && <Failure error={error} again={refetch} />}
      </Dialog>
    );
  async function submit(fields: FormData) {
    const { expiresInSeconds, password, ...others } = linkOf(fields);
    const changes = Object.entries(others).filter(([name, value]) => value !== shown?.[name as keyof typeof others]);
    await updateLink(link.id, {
      // Unchanged fields are left out, because they may have been changed elsewhere.
      ...Object.fromEntries(changes),
      ...(fields.get("days") !== "" && { expiresInSeconds }),
      ...(fields.get("noPassword") === "on" ? { password: null } : password !== null && { password }),
    });
    onClose();
  }
  return (
    <FormDialog title={words.editTitle} action={words.save} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          {shown.url ? <CopyField label={words.address} value={absolute(shown.url)} /> : <p>{words.noAddress}</p>}
          {shown.url && (
            <Suspense>
              <LinkCode
                address={absolute(shown.url)}
                title={group.data?.title ?? shown.name ?? ""}
                isForSending={shown.uploads}
              />
            </Suspense>
          )}
          <LinkFields link={shown} wrong={wrong} />
        </>
      )}
    </FormDialog>
  );
}
