import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Image as ImageIcon, Images, LinkIcon, LockKeyhole, Unlink } from "lucide-react";
import { Link } from "react-router";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import { List, ListRow } from "../design/List";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { groupById } from "../groups/queries";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { dateTime } from "../text/format";
import { endLink } from "./changes";
import styles from "./LinksDesk.module.css";
import { type GuestLink, links } from "./queries";

/** `/admin/links`: what is shared with guests, until when, and the end of it. */
export function LinksDesk() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(links);
  const items = itemsOf(data);
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <title>{text.app.pageTitle(text.links.title)}</title>
      <PageHead title={text.links.title} />
      {items.length === 0 ? (
        <Notice icon={<LinkIcon size={32} strokeWidth={1.5} aria-hidden />} title={text.links.none}>
          {text.links.noneText}
        </Notice>
      ) : (
        <List>
          {items.map((link) => (
            <Row key={link.id} link={link} />
          ))}
        </List>
      )}
      {hasNextPage && (
        <p className={styles.more}>
          <Button inactive={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {text.common.more}
          </Button>
        </p>
      )}
    </>
  );
}

function Row({ link }: { link: GuestLink }) {
  const group = useQuery({ ...groupById(link.targetId), enabled: link.kind === "group" });
  const name = link.kind === "group" ? (group.data?.title ?? text.links.aGroup) : text.links.image(link.variant ?? "");
  const isOver =
    (link.expiresAt !== undefined && link.expiresAt !== null && new Date(link.expiresAt) < new Date()) ||
    (link.maxViews !== undefined && link.maxViews !== null && link.views >= link.maxViews);
  return (
    <ListRow
      icon={link.kind === "group" ? <Images size={18} aria-hidden /> : <ImageIcon size={18} aria-hidden />}
      name={group.data ? <Link to={`/admin/groups/${link.targetId}`}>{name}</Link> : name}
      facts={
        <>
          {isOver
            ? text.links.hasEnded
            : link.expiresAt
              ? text.links.until(dateTime(link.expiresAt))
              : text.links.forever}
          {` · ${text.links.views(link.views, link.maxViews ?? null)}`}
          {link.hasPassword && (
            <>
              {" · "}
              <LockKeyhole size={12} aria-hidden /> {text.links.hasPassword}
            </>
          )}
        </>
      }
    >
      <Button look="quiet" aria-label={text.links.endOf(name)} onClick={() => void endLink(link)}>
        <Unlink size={16} aria-hidden />
        {text.links.end}
      </Button>
    </ListRow>
  );
}
