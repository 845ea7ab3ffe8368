import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { keys } from "../api/keys";
import { CopyField } from "../design/fields/CopyField";
import { groupById } from "../groups/queries";
import { FormDialog } from "../shell/FormDialog";
import { NotRead } from "../shell/NotRead";
import { useAsOpened } from "../shell/useAsOpened";
import { whenShown } from "../shell/whenShown";
import { guestText } from "../text/guest";
import { absolute, updateLink } from "./changes";
import { LinkFields, linkOf } from "./LinkFields";
import { type GuestLink, linkById } from "./queries";

const LinkCode = whenShown(async () => (await import("./LinkCode")).LinkCode);

/** Edits a group's link, and shows the link's address and QR code. */
export function EditLinkDialog({ link, onClose }: { link: GuestLink; onClose: () => void }) {
  const words = guestText.links;
  const { opened: shown, error, refetch } = useAsOpened(linkById(link.id));
  const group = useQuery({ ...groupById(link.targetId), staleTime: 60_000 });
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
    <FormDialog
      title={words.editTitle}
      action={words.save}
      instead={
        shown ? undefined : error && <NotRead error={error} again={refetch} list={keys.links} onClose={onClose} />
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) =>
        shown && (
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
        )
      }
    </FormDialog>
  );
}
