import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
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
  const { data, error, refetch } = useQuery(linkById(link.id));
  const group = useQuery({ ...groupById(link.targetId), staleTime: 60_000 });
  if (data === undefined)
    return (
      <Dialog title={words.editTitle} onClose={onClose}>
        {error && <Failure error={error} again={refetch} />}
      </Dialog>
    );
  async function submit(fields: FormData) {
    const { expiresInSeconds, password, ...others } = linkOf(fields);
    await updateLink(link.id, {
      ...others,
      ...(fields.get("days") !== "" && { expiresInSeconds }),
      ...(fields.get("noPassword") === "on" ? { password: null } : password !== null && { password }),
    });
    onClose();
  }
  return (
    <FormDialog title={words.editTitle} action={words.save} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          {data.url ? <CopyField label={words.address} value={absolute(data.url)} /> : <p>{words.noAddress}</p>}
          {data.url && (
            <Suspense>
              <LinkCode
                address={absolute(data.url)}
                title={group.data?.title ?? data.name ?? ""}
                isForSending={data.uploads}
              />
            </Suspense>
          )}
          <LinkFields link={data} wrong={wrong} />
        </>
      )}
    </FormDialog>
  );
}
