import { useQuery } from "@tanstack/react-query";
import { CopyField } from "../design/fields/CopyField";
import { Dialog } from "../design/overlays/Dialog";
import { Failure } from "../shell/Failure";
import { FormDialog } from "../shell/FormDialog";
import { guestText } from "../text/guest";
import { absolute, updateLink } from "./changes";
import { LinkFields, linkOf } from "./LinkFields";
import { type GuestLink, linkById } from "./queries";

/** Edits a group's link, and shows its address for copying. */
export function EditLinkDialog({ link, onClose }: { link: GuestLink; onClose: () => void }) {
  const words = guestText.links;
  const { data, error, refetch } = useQuery(linkById(link.id));
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
          <LinkFields link={data} wrong={wrong} />
        </>
      )}
    </FormDialog>
  );
}
