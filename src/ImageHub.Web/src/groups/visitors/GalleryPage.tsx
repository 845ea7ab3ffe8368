import { useQuery } from "@tanstack/react-query";
import { Images } from "lucide-react";
import { useDeferredValue } from "react";
import { Link, useSearchParams } from "react-router";
import { curates, useMe } from "../../accounts/me";
import { buttonClass } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { Failure, Missing } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
import { Masthead } from "../../site/Masthead";
import { useSite } from "../../site/site";
import { text } from "../../text";
import { groupListPage } from "../queries";
import { Card } from "./Card";
import styles from "./GalleryPage.module.css";
import { Pager } from "./Pager";
import { pageNumberOf } from "./pageNumber";
import { eagerPhotos } from "./sizes";

/** `/`: the groups, page by page. The first page opens with the cover of the first group. */
export function GalleryPage() {
  const [search] = useSearchParams();
  const page = pageNumberOf(search);
  const site = useSite();
  const { data: newest, error, refetch, isPlaceholderData } = useQuery(groupListPage(page));
  // Deferred, because rendering a dozen covers at once would block a slow phone.
  const data = useDeferredValue(newest);

  // The first page shows its first group as a large picture (`opening`: 1) if this group is published, has a cover and is not the only group.
  const [first, second] = data?.items ?? [];
  const opening = data?.page === 1 && second && first?.cover && first.isPublished ? 1 : 0;

  if (data === undefined && error !== null) return <Failure error={error} again={refetch} level={1} />;
  if (data?.items.length === 0 && page > 1) return <Missing />;
  return (
    <>
      <PageTitle>{page > 1 ? text.gallery.page(page) : undefined}</PageTitle>
      <div className={styles.head}>
        <Masthead {...(page === 1 && site)} title={site?.title} />
      </div>
      {data === undefined ? (
        <Skeleton />
      ) : data.items.length > 0 ? (
        <ul className={styles.grid} aria-busy={isPlaceholderData}>
          {data.items.map((group, index) => (
            <Card
              key={group.id}
              group={group}
              index={index - opening}
              count={data.items.length - opening}
              eager={index < eagerPhotos}
            />
          ))}
        </ul>
      ) : (
        <Empty />
      )}
      {data && <Pager page={page} pages={data.totalPages ?? 1} />}
    </>
  );
}

const places = Array.from({ length: 12 }, (_, index) => index);

function Skeleton() {
  return (
    <div className={styles.grid} role="status" aria-label={text.common.loading}>
      {places.map((place) => (
        <div key={place} className={styles.card}>
          <span className={styles.blank} />
          <span className={styles.title}>&nbsp;</span>
          <span className={styles.count}>&nbsp;</span>
        </div>
      ))}
    </div>
  );
}

function Empty() {
  const curator = curates(useMe().data);
  return (
    <Notice
      icon={<Images size={32} strokeWidth={1.5} aria-hidden />}
      title={text.gallery.empty}
      actions={
        curator && (
          <Link to="/admin" className={buttonClass("primary")}>
            {text.gallery.toDesk}
          </Link>
        )
      }
    >
      {curator ? text.gallery.emptyCurator : text.gallery.emptyText}
    </Notice>
  );
}
