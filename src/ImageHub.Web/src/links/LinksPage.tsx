import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Copy, Heart, Image as ImageIcon, Images, Link as LinkIcon, Pencil } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { itemsOf } from "../api/pages";
import { isMissing } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { List, ListRow } from "../design/List";
import { Notice } from "../design/Notice";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { groupById } from "../groups/queries";
import { imageById } from "../images/queries";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { keepRow } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { deskText } from "../text/desk";
import { dateTime } from "../text/format";
import { guestText } from "../text/guest";
import { mineText } from "../text/mine";
import { copyAddress, endLink } from "./changes";
import { EditLinkDialog } from "./EditLinkDialog";
import { type GuestLink, links } from "./queries";

/** `/admin/links` and `/account/links`: the links with their expiry, and actions that end them. */
export function LinksPage() {
  const list = useInfiniteQuery(links);
  const { data, error, refetch } = list;
  const items = itemsOf<GuestLink>(data);
  const rows = useRef<HTMLUListElement>(null);
  const isDesk = useLocation().pathname.startsWith("/admin/");

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{mineText.links}</PageTitle>
      <PageHead title={mineText.links}>
        {isDesk && (
          <Link to="/admin/links/favourites" className={buttonClass()}>
            <Heart size={16} aria-hidden />
            {deskText.choices.title}
          </Link>
        )}
      </PageHead>
      {items.length === 0 ? (
        <Notice icon={<LinkIcon size={32} strokeWidth={1.5} aria-hidden />} title={mineText.noneOut}>
          {mineText.noneOutText}
        </Notice>
      ) : (
        <>
          <List ref={rows}>
            {items.map((link, at) => (
              <Row key={link.id} link={link} rows={rows} at={at} isDesk={isDesk} />
            ))}
          </List>
          <LoadMore list={list} />
        </>
      )}
    </>
  );
}

function Row({
  link,
  rows,
  at,
  isDesk,
}: {
  link: GuestLink;
  rows: RefObject<HTMLUListElement | null>;
  at: number;
  isDesk: boolean;
}) {
  const target = useTarget(link);
  const name = link.name ?? target;
  const [asks, setAsks] = useState(false);
  const [isEdited, setEdited] = useState(false);
  const { variant, views, maxViews, hasPassword } = link;
  return (
    <ListRow
      icon={link.kind === "group" ? <Images size={18} aria-hidden /> : <ImageIcon size={18} aria-hidden />}
      name={name}
      facts={[
        link.name && target,
        variant && mineText.variant(variant),
        worksUntil(link),
        mineText.views(views, maxViews ?? null),
        hasPassword && text.account.password,
      ]
        .filter(Boolean)
        .join(" · ")}
    >
      {link.guests > 0 && (
        <Link
          to={`/admin/links/${link.id}/favourites`}
          className={buttonClass()}
          aria-label={deskText.choices.guestsOf(link.guests, name)}
        >
          <Heart size={16} aria-hidden />
          {deskText.choices.guests(link.guests)}
        </Link>
      )}
      {isDesk && link.kind === "group" && !hasEnded(link) && (
        <>
          <Button aria-label={guestText.links.copyOf(name)} onClick={() => void copyAddress(link)}>
            <Copy size={16} aria-hidden />
            {mineText.copy}
          </Button>
          <Button aria-label={guestText.links.editOf(name)} onClick={() => setEdited(true)}>
            <Pencil size={16} aria-hidden />
            {mineText.desk.edit}
          </Button>
        </>
      )}
      {isEdited && <EditLinkDialog link={link} onClose={() => setEdited(false)} />}
      <Button look="danger" aria-label={mineText.revokeOf(name)} onClick={() => setAsks(true)}>
        {mineText.revoke}
      </Button>
      {asks && (
        <ConfirmDialog
          title={mineText.revokeTitle(name)}
          action={mineText.revoke}
          onYes={() => {
            setAsks(false);
            keepRow(rows.current, at);
            void endLink(link);
          }}
          onClose={() => setAsks(false)}
        >
          {mineText.revokeText}
        </ConfirmDialog>
      )}
    </ListRow>
  );
}

const hasEnded = ({ expiresAt, views, maxViews }: GuestLink) =>
  (expiresAt != null && Date.parse(expiresAt) <= Date.now()) || (maxViews != null && views >= maxViews);

/** The link's expiry or end as a text. Expired links stay on the list until the server deletes them. */
function worksUntil({ expiresAt, views, maxViews }: GuestLink): string {
  if (expiresAt != null && Date.parse(expiresAt) <= Date.now()) return mineText.ended(dateTime(expiresAt));
  if (maxViews != null && views >= maxViews) return mineText.usedUp;
  return expiresAt == null ? mineText.worksOn : mineText.worksUntil(dateTime(expiresAt));
}

/** The name of the link's target. */
function useTarget({ kind, targetId }: GuestLink): string {
  const image = useQuery({ ...imageById(targetId), enabled: kind === "image", staleTime: 60_000 });
  const group = useQuery({ ...groupById(targetId), enabled: kind === "group", staleTime: 60_000 });
  if (isMissing(image.error ?? group.error)) return mineText.targetGone;
  return group.data?.title ?? (image.data?.title || image.data?.fileName) ?? deskText.trash.kinds[kind];
}
