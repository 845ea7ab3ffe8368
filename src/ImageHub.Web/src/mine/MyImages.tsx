import { useInfiniteQuery } from "@tanstack/react-query";
import { ImagePlus, Images, Link as LinkIcon, SlidersHorizontal, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { Selection } from "react-aria-components";
import { Link } from "react-router";
import { useMe } from "../accounts/me";
import type { Schemas } from "../api/client";
import { itemsOf } from "../api/pages";
import { useStore } from "../api/store";
import { Button, buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { Popup } from "../design/Popup";
import { inOrder } from "../groups/places";
import { ImagesGrid, keepFocus } from "../images/ImagesGrid";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { DropZone } from "../uploads/DropZone";
import { longestSide } from "../uploads/longestSide";
import { PickFiles } from "../uploads/PickFiles";
import { UploadOptions } from "../uploads/UploadOptions";
import { DeleteImagesDialog } from "./DeleteImagesDialog";
import { LinksDialog } from "./LinksDialog";
import styles from "./MyImages.module.css";
import { type OwnImage, ownImages } from "./queries";
import { shown } from "./shown";

const nothing: Selection = new Set();
const target = { groupId: null, groupTitle: text.mine.title };

/** `/account`: the signed-in user's own images. */
export function MyImages() {
  const me = useMe();
  return (
    <>
      <title>{text.app.pageTitle(text.mine.title)}</title>
      <PageHead title={text.mine.title}>
        {me.data?.tier && <p className={styles.tier}>{text.mine.tier(me.data.tier.name)}</p>}
      </PageHead>
      {me.data && <Contents me={me.data} />}
    </>
  );
}

/** Admins have no images of their own. */
const Contents = ({ me }: { me: Schemas["Me"] }) =>
  me.role === "user" ? (
    <OwnImages />
  ) : (
    <Notice
      icon={<Images size={32} strokeWidth={1.5} aria-hidden />}
      title={text.mine.inGroups}
      actions={
        <Link to="/admin" className={buttonClass()}>
          {text.gallery.toDesk}
        </Link>
      }
    />
  );

function OwnImages() {
  const query = useInfiniteQuery({ ...ownImages, refetchOnWindowFocus: false });
  const images = itemsOf<OwnImage>(query.data);
  const grid = useMemo(() => itemsOf<OwnImage>(query.data).map(shown), [query.data]);
  const [selected, setSelected] = useState<Selection>(nothing);
  const [dialog, setDialog] = useState<"links" | "delete">();
  const ids = selected === "all" ? images.map(({ id }) => id) : inOrder(images, [...selected].map(String));
  const only = ids.length === 1 ? images.find(({ id }) => id === ids[0]) : undefined;
  const side = useStore(longestSide);

  /** Everything that is not shown yet too. */
  async function everything() {
    let last = query.hasNextPage ? await query.fetchNextPage() : query;
    while (last.hasNextPage && !last.isFetchNextPageError) last = await last.fetchNextPage();
    return new Set(itemsOf<OwnImage>(last.data).map(({ id }) => id));
  }

  if (query.data === undefined) return query.error ? <Failure error={query.error} again={query.refetch} /> : null;
  return (
    <>
      <DropZone target={target} />
      <div className={styles.tools} role="toolbar" aria-label={text.desk.imageActions}>
        {ids.length === 0 ? (
          <>
            <span className={styles.count}>{text.mine.count(images.length, query.hasNextPage)}</span>
            <PickFiles target={target} />
            <Popup
              name={
                side === null ? text.uploads.longestSide : `${text.uploads.longestSide}: ${text.uploads.atMost(side)}`
              }
              button={
                <>
                  <SlidersHorizontal size={16} aria-hidden />
                  {side !== null && text.uploads.atMost(side)}
                </>
              }
            >
              <UploadOptions />
            </Popup>
          </>
        ) : (
          <>
            <span className={styles.count} role="status">
              {text.desk.selected(ids.length)}
            </span>
            <Button look="quiet" onClick={() => setDialog("links")} inactive={only === undefined}>
              <LinkIcon size={16} aria-hidden />
              {text.mine.showLinks}
            </Button>
            <Button look="quiet" onClick={() => setDialog("delete")}>
              <Trash2 size={16} aria-hidden />
              {text.desk.delete}
            </Button>
          </>
        )}
        {/* One button for both, so that it keeps the focus. */}
        {images.length > 0 && (
          <Button look="quiet" onClick={async () => setSelected(ids.length > 0 ? nothing : await everything())}>
            {ids.length > 0 ? text.desk.clearSelection : text.desk.selectAll}
          </Button>
        )}
      </div>
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {text.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={grid}
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => {
            setSelected(new Set([id]));
            setDialog("links");
          }}
          onDelete={() => ids.length > 0 && setDialog("delete")}
          hasMore={query.hasNextPage}
          isLoading={query.isFetchingNextPage}
          loadMore={() => !query.isFetchingNextPage && void query.fetchNextPage()}
        />
      )}
      {dialog === "links" && only && <LinksDialog image={only} onClose={() => setDialog(undefined)} />}
      {dialog === "delete" && (
        <DeleteImagesDialog
          ids={ids}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            setDialog(undefined);
            setSelected(nothing);
            keepFocus();
          }}
        />
      )}
    </>
  );
}
