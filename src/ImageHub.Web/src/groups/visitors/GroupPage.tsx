import { useQuery } from "@tanstack/react-query";
import { EyeOff, Pencil } from "lucide-react";
import { Suspense, useRef } from "react";
import { Link, Outlet, useParams } from "react-router";
import { curates, useMe } from "../../accounts/me";
import { isMissing } from "../../api/problem";
import { usePicking } from "../../archives/usePicking";
import { buttonClass } from "../../design/Button";
import { useLastViewed } from "../../images/useLastViewed";
import type { ViewerContext } from "../../images/viewer/viewerContext";
import { useFetchAhead } from "../../paging/useFetchAhead";
import { useInfiniteList } from "../../paging/useInfiniteList";
import { Failure } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
import { Waiting } from "../../shell/Waiting";
import { whenShown } from "../../shell/whenShown";
import { text } from "../../text";
import { groupById, groupImages } from "../queries";
import { GroupHead } from "./GroupHead";
import styles from "./GroupPage.module.css";
import { PathBack } from "./PathBack";
import { type FindPhoto, PhotoRows, startsWith } from "./PhotoRows";
import { coverOf } from "./sizes";

// Loaded on demand, because most groups have no groups below them and no product.
const BelowGroup = whenShown(async () => (await import("./BelowGroup")).BelowGroup, true);
const LevelText = whenShown(async () => (await import("../../inventory/LevelText")).LevelText, true);

/** A group's head, the groups below it, and its photos. The viewer is shown on top of this page. */
export function GroupPage({ groupId }: { groupId: string }) {
  // The group's name in the address: the slug, or the id until the group has loaded. The name stays if the slug is changed.
  const { groupId: name, imageId } = useParams();
  const group = useQuery(groupById(groupId));
  const list = groupImages(groupId);
  const [images, fetchRest] = useInfiniteList(list);
  useFetchAhead(list, images);
  const find = useRef<FindPhoto>(null);
  const onView = useLastViewed(imageId !== undefined, (id) => find.current?.(id) ?? null);
  const curator = curates(useMe().data);
  const picking = usePicking({ groupId }, group.data, images);

  // A group that has been hidden or deleted meanwhile shows nothing.
  if (group.data === undefined || isMissing(group.error))
    return group.error ? <Failure error={group.error} again={group.refetch} level={1} /> : <WholePage />;
  const { title, slug, imageCount, isPublished, productId, downloads, path, groupCount, role } = group.data;
  const cover = coverOf(group.data);
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <GroupHead
        cover={cover}
        isFirst={startsWith(images.data?.pages, cover)}
        tile={picking.tile}
        group={group.data}
        first={images.data?.pages[0]?.items[0]}
        isForOthers={isPublished}
        facts={
          productId && (
            <Suspense>
              <LevelText productId={productId} />
            </Suspense>
          )
        }
        before={
          <>
            <PathBack path={path} title={title} />
            {!isPublished && (
              <p className={styles.hidden}>
                <EyeOff size={16} aria-hidden />
                {text.group.hidden}
              </p>
            )}
          </>
        }
        actions={
          <>
            {(curator || role === "contributor") && (
              <Link to={`/${curator ? "admin" : "account"}/groups/${groupId}`} className={buttonClass("quiet")}>
                <Pencil size={16} aria-hidden />
                <span className="wideLabel">{curator ? text.group.edit : text.group.add}</span>
              </Link>
            )}
            {picking.buttons}
          </>
        }
      />
      {groupCount > 0 && (
        <Suspense>
          <BelowGroup id={groupId} isMember={role !== undefined} />
        </Suspense>
      )}
      {picking.bar}
      {(imageCount > 0 || groupCount === 0) && (
        <PhotoRows
          images={images}
          count={imageCount}
          group={title}
          cover={cover}
          find={find}
          tile={picking.tile}
          hold={picking.hold}
        />
      )}
      <Outlet
        context={
          {
            at: `/groups/${name}`,
            groupId,
            addressOf: (id) => `/groups/${slug}/images/${id}`,
            title,
            downloads,
            count: imageCount,
            images,
            fetchRest,
            hasDetails: true,
            opensAlone: true,
            isForOthers: isPublished,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}

/** Occupies the page while the group loads. */
export function WholePage() {
  return (
    <>
      <PageTitle />
      <div className={styles.place} />
      <Waiting />
    </>
  );
}
