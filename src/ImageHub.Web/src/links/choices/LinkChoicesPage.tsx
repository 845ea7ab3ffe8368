import { useQuery } from "@tanstack/react-query";
import { Copy, Download, FolderInput, Images, MoreHorizontal, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { limits } from "../../api/limits";
import { BackLink } from "../../design/BackLink";
import { Button, buttonClass } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { Notice } from "../../design/Notice";
import { ConfirmDialog } from "../../design/overlays/Dialog";
import { Menu } from "../../design/overlays/Menu";
import { PageHead } from "../../design/PageHead";
import { groupById } from "../../groups/queries";
import { Failure } from "../../shell/Failure";
import { FormDialog } from "../../shell/FormDialog";
import { PageTitle } from "../../shell/PageTitle";
import { useBusy } from "../../shell/useBusy";
import { useIsShown } from "../../shell/useIsShown";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { dateTime } from "../../text/format";
import { mineText } from "../../text/mine";
import { choicesOf } from "../queries";
import { CopyNamesDialog } from "./CopyNamesDialog";
import { deleteChoices, moveToNewGroup } from "./choicesChanges";
import { type Guest, guestNameOf } from "./guestName";
import styles from "./LinkChoicesPage.module.css";

/** `/admin/links/:linkId/favourites`: the choices of a link's guests, submitted choices first. The page also shows ended and deleted links. */
export function LinkChoicesPage() {
  const { linkId = "" } = useParams();
  const words = deskText.choices;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(choicesOf(linkId));
  const [asks, setAsks] = useState(false);
  const { busy, run } = useBusy();
  const isShown = useIsShown();
  // The group of the first photo that has one. It stays the same while the page is open, although the page can move photos.
  const groupId = useRef<string>(null);
  groupId.current ??= data?.guests.flatMap(({ items }) => items).find((item) => item.groupId != null)?.groupId ?? null;
  const group = useQuery({ ...groupById(groupId.current ?? ""), enabled: groupId.current !== null });
  const title = group.data ? words.ofGroup(group.data.title) : words.title;
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  // A guest without a name is numbered among all guests.
  const guests = data.guests.map((guest, index) => ({ guest, name: guestNameOf(guest, index) }));
  const sent = guests.filter(({ guest }) => guest.submittedAt != null);
  const waiting = guests.filter(({ guest }) => guest.submittedAt == null);
  const section = ({ guest, name }: { guest: Guest; name: string }) => (
    <GuestSection key={guest.id} linkId={linkId} guest={guest} name={name} />
  );
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <BackLink to="/admin/links/favourites">{words.all}</BackLink>
      <PageHead title={title}>
        {data.guests.length > 0 && (
          <span className={styles.actions}>
            <a href={`/api/v1/links/${linkId}/favourites?format=csv`} download className={buttonClass()}>
              <Download size={16} aria-hidden />
              {words.csv}
            </a>
            <Button look="danger" inactive={busy} onClick={() => setAsks(true)}>
              <Trash2 size={16} aria-hidden />
              {words.delete}
            </Button>
          </span>
        )}
      </PageHead>
      {data.guests.length === 0 && <Notice title={words.none} />}
      {sent.map(section)}
      {waiting.length > 0 && (
        <details className={styles.waiting} open={sent.length === 0}>
          <summary>{words.waiting(waiting.length)}</summary>
          {waiting.map(section)}
        </details>
      )}
      {asks && (
        <ConfirmDialog
          title={words.deleteTitle}
          action={mineText.desk.delete}
          onYes={() => {
            setAsks(false);
            void run(async () => {
              if ((await deleteChoices(linkId)) && isShown.current) navigate("/admin/links/favourites");
            });
          }}
          onClose={() => setAsks(false)}
        >
          {words.deleteText}
        </ConfirmDialog>
      )}
    </>
  );
}

function GuestSection({ linkId, guest, name }: { linkId: string; guest: Guest; name: string }) {
  const words = deskText.choices;
  const { id, items, submittedAt } = guest;
  const [dialog, setDialog] = useState<"names" | "group">();
  // The group that contains more of the photos than any other group.
  const groups = Map.groupBy(
    items.filter(({ groupId }) => groupId != null),
    ({ groupId }) => groupId as string,
  );
  const [groupId, inGroup = []] = [...groups].sort(([, one], [, other]) => other.length - one.length)[0] ?? [];
  return (
    <section className={styles.guest} aria-labelledby={`guest-${id}`}>
      <div className={styles.head}>
        <div>
          <h2 id={`guest-${id}`}>{name}</h2>
          <p className={styles.facts}>
            {[
              text.common.photos(items.length),
              submittedAt == null ? words.notSent : words.sentOn(dateTime(submittedAt)),
            ].join(" · ")}
          </p>
        </div>
        {items.length > 0 && (
          <span className={styles.actions}>
            <Button
              look={submittedAt == null ? "plain" : "primary"}
              onClick={() => setDialog("names")}
              aria-label={words.namesOf(name)}
            >
              <Copy size={16} aria-hidden />
              {words.names}
            </Button>
            {groupId && (
              <Menu
                name={mineText.desk.actionsFor(name)}
                actions={[
                  {
                    id: "show",
                    name: words.inGroup,
                    icon: <Images size={16} aria-hidden />,
                    href: `/admin/groups/${groupId}?link=${linkId}&guest=${id}`,
                  },
                  {
                    id: "move",
                    name: words.toGroup,
                    icon: <FolderInput size={16} aria-hidden />,
                    onAction: () => setDialog("group"),
                  },
                ]}
              >
                <MoreHorizontal size={18} aria-hidden />
              </Menu>
            )}
          </span>
        )}
      </div>
      <ul className={styles.photos}>
        {items.map(({ imageId, fileName, note, groupId: where }) => (
          <li key={imageId}>
            {where == null ? (
              <span className={styles.gone}>{words.gone}</span>
            ) : (
              <img src={`/api/v1/images/${imageId}/low`} alt="" loading="lazy" decoding="async" />
            )}
            <span className={styles.name}>{fileName}</span>
            {note != null && <q>{note}</q>}
          </li>
        ))}
      </ul>
      {dialog === "names" && <CopyNamesDialog guest={name} items={items} onClose={() => setDialog(undefined)} />}
      {dialog === "group" && groupId && (
        <NewGroupOfDialog
          guest={name}
          groupId={groupId}
          ids={inGroup.map(({ imageId }) => imageId)}
          others={items.length - inGroup.length}
          onClose={() => setDialog(undefined)}
        />
      )}
    </section>
  );
}

/** Explains the effect of the move on the group, and asks for the new group's title. */
function NewGroupOfDialog({
  guest,
  groupId,
  ids,
  others,
  onClose,
}: {
  guest: string;
  groupId: string;
  ids: string[];
  /** The number of chosen photos that are not in the group. */
  others: number;
  onClose: () => void;
}) {
  const words = deskText.choices;
  const group = useQuery(groupById(groupId)).data?.title ?? "";
  async function submit(fields: FormData) {
    await moveToNewGroup(String(fields.get("title")).trim(), groupId, ids);
    onClose();
  }
  return (
    <FormDialog title={words.toGroupTitle(ids.length)} action={words.move} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          <p>{words.toGroupText(ids.length, group)}</p>
          {others > 0 && <p>{words.elsewhere(others)}</p>}
          <p>{words.toGroupInstead}</p>
          <Field
            label={mineText.desk.title}
            name="title"
            defaultValue={words.groupTitle(guest)}
            required
            maxLength={limits.groupTitle}
            error={wrong("title")}
            autoFocus
          />
        </>
      )}
    </FormDialog>
  );
}
