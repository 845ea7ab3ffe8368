import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  ArrowLeft,
  ArrowUpDown,
  Download,
  ExternalLink,
  FolderInput,
  ImagePlus,
  MoreHorizontal,
  Pencil,
  Share2,
  SlidersHorizontal,
  Star,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { type Selection, Switch } from "react-aria-components";
import { Link, useNavigate, useParams } from "react-router";
import type { Group } from "../api/client";
import { itemsOf } from "../api/pages";
import { useStore } from "../api/store";
import { Button } from "../design/Button";
import { EditInPlace } from "../design/EditInPlace";
import { Menu } from "../design/Menu";
import { Notice } from "../design/Notice";
import { Popup } from "../design/Popup";
import { deleteImages, moveImages, orderImages } from "../images/changes";
import { EditImageDialog } from "../images/EditImageDialog";
import { ImagesGrid, keepFocus } from "../images/ImagesGrid";
import { ShareDialog } from "../links/ShareDialog";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { DropZone } from "../uploads/DropZone";
import { longestSide } from "../uploads/longestSide";
import { PickFiles } from "../uploads/PickFiles";
import { UploadOptions } from "../uploads/UploadOptions";
import { ChooseGroupDialog } from "./ChooseGroupDialog";
import { deleteGroup, updateGroup } from "./changes";
import styles from "./GroupDesk.module.css";
import { MoveDialog } from "./MoveDialog";
import { inOrder, type Place } from "./places";
import { groupById, groupImages } from "./queries";

const nothing: Selection = new Set();

/** `/admin/groups/:groupId`: a group and its images. */
export function GroupDesk() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  // Another group begins with nothing selected.
  if (group === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <title>{text.app.pageTitle(group.title)}</title>
      <Head group={group} />
      <Contents key={groupId} group={group} />
    </>
  );
}

function Head({ group }: { group: Group }) {
  const navigate = useNavigate();
  const [isSharing, setSharing] = useState(false);
  return (
    <div className={styles.head}>
      <Link to="/admin" className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {text.desk.groups}
      </Link>
      <div className={styles.line}>
        <h1>
          <EditInPlace
            value={group.title}
            label={text.desk.title}
            maxLength={200}
            isRequired
            onSave={(title) => void updateGroup(group, { title })}
          />
        </h1>
        <Switch
          className={styles.switch}
          isSelected={group.isPublished}
          onChange={(isPublished) => void updateGroup(group, { isPublished })}
        >
          <span className={styles.track} aria-hidden />
          {group.isPublished ? text.desk.published : text.gallery.unpublished}
        </Switch>
        <Menu
          name={text.desk.actionsFor(group.title)}
          actions={[
            {
              id: "view",
              name: text.desk.viewAsVisitor,
              icon: <ExternalLink size={16} aria-hidden />,
              onAction: () => navigate(`/groups/${group.id}`),
            },
            {
              id: "share",
              name: text.desk.share,
              icon: <Share2 size={16} aria-hidden />,
              onAction: () => setSharing(true),
            },
            {
              id: "archive",
              name: text.group.download,
              icon: <Download size={16} aria-hidden />,
              isDisabled: group.imageCount === 0,
              onAction: () => location.assign(`/api/v1/groups/${group.id}/archive`),
            },
            {
              id: "delete",
              name: text.desk.delete,
              icon: <Trash2 size={16} aria-hidden />,
              isDangerous: true,
              onAction: async () => (await deleteGroup(group)) && navigate("/admin"),
            },
          ]}
        >
          <MoreHorizontal size={18} aria-hidden />
        </Menu>
      </div>
      {isSharing && <ShareDialog group={group} onClose={() => setSharing(false)} />}
      <p className={styles.description}>
        <EditInPlace
          value={group.description ?? ""}
          label={text.details.description}
          placeholder={text.desk.addDescription}
          maxLength={2000}
          onSave={(description) => void updateGroup(group, { description: description || null })}
        />
      </p>
    </div>
  );
}

function Contents({ group }: { group: Group }) {
  const query = useInfiniteQuery({ ...groupImages(group.id), refetchOnWindowFocus: false });
  const images = itemsOf(query.data);
  const [selected, setSelected] = useState<Selection>(nothing);
  const [dialog, setDialog] = useState<"edit" | "place" | "group">();
  const ids = selected === "all" ? images.map(({ id }) => id) : inOrder(images, [...selected].map(String));
  const only = ids.length === 1 ? images.find(({ id }) => id === ids[0]) : undefined;
  const side = useStore(longestSide);
  const target = { groupId: group.id, groupTitle: group.title };
  const place = (to: Place) => void orderImages(group.id, images, to, group.imageCount);

  /** The buttons for a selection go with it: the focus is not to go with them. */
  function deselect() {
    setSelected(nothing);
    keepFocus();
  }

  function remove() {
    if (ids.length === 0) return;
    deselect();
    void deleteImages(group.id, ids);
  }

  /** Everything that is not shown yet too. */
  async function loadAll() {
    let last = query.hasNextPage ? await query.fetchNextPage() : query;
    while (last.hasNextPage && !last.isFetchNextPageError) last = await last.fetchNextPage();
    return itemsOf(last.data);
  }

  const everything = async () => new Set((await loadAll()).map(({ id }) => id));

  if (query.data === undefined) return query.error ? <Failure error={query.error} again={query.refetch} /> : null;
  return (
    <>
      <DropZone target={target} />
      <div className={styles.tools} role="toolbar" aria-label={text.desk.imageActions}>
        {ids.length === 0 ? (
          <>
            <span className={styles.count}>{text.common.photos(group.imageCount)}</span>
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
            <Button look="quiet" onClick={() => setDialog("edit")} inactive={only === undefined}>
              <Pencil size={16} aria-hidden />
              {text.desk.edit}
            </Button>
            <Button
              look="quiet"
              inactive={only === undefined}
              onClick={() => only && void updateGroup(group, { coverImageId: only.id })}
            >
              <Star size={16} aria-hidden />
              {text.desk.makeCover}
            </Button>
            <Button look="quiet" onClick={async () => (await loadAll()) && setDialog("place")}>
              <ArrowUpDown size={16} aria-hidden />
              {text.desk.moveTo}
            </Button>
            <Button look="quiet" onClick={() => setDialog("group")}>
              <FolderInput size={16} aria-hidden />
              {text.desk.moveToGroup}
            </Button>
            <Button look="quiet" onClick={remove}>
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
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.group.empty}>
          {text.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={images}
          coverId={group.cover?.id}
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => {
            setSelected(new Set([id]));
            setDialog("edit");
          }}
          onMove={place}
          onDelete={remove}
          hasMore={query.hasNextPage}
          isLoading={query.isFetchingNextPage}
          loadMore={() => !query.isFetchingNextPage && void query.fetchNextPage()}
        />
      )}
      {dialog === "edit" && only && <EditImageDialog image={only} onClose={() => setDialog(undefined)} />}
      {dialog === "place" && (
        <MoveDialog
          items={images.map(({ id, title, fileName }) => ({ id, name: title || fileName }))}
          ids={ids}
          onMove={place}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "group" && (
        <ChooseGroupDialog
          title={text.desk.moveImagesTitle(ids.length)}
          except={group.id}
          onChoose={(to) => {
            deselect();
            void moveImages({ id: group.id, images }, to, ids);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
