import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  ArrowUpDown,
  Clock,
  FolderInput,
  Heart,
  ImagePlus,
  Keyboard,
  Maximize2,
  Pencil,
  RotateCcw,
  RotateCw,
  Star,
  Trash2,
} from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Group, Photograph } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { isMissing } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { Button, buttonClass } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { tellFailure } from "../../design/overlays/toasts";
import { BulkEditDialog } from "../../images/editing/BulkEditDialog";
import { deleteImages, moveImages, orderImages } from "../../images/editing/changes";
import { EditImageDialog } from "../../images/editing/EditImageDialog";
import { type GridHandle, ImagesGrid } from "../../images/editing/ImagesGrid";
import { KeysDialog } from "../../images/editing/KeysDialog";
import { QuickView } from "../../images/editing/QuickView";
import { type Rating, rateImages, ratingOf } from "../../images/editing/rating";
import { rotateImages, type Turn } from "../../images/editing/rotation";
import { ShiftTimeDialog } from "../../images/editing/ShiftTimeDialog";
import { useSelection } from "../../images/editing/useSelection";
import { useFilteredPages } from "../../images/useFilteredPages";
import { guestNameOf } from "../../links/choices/guestName";
import { choicesOf } from "../../links/queries";
import type { Place } from "../../order/places";
import { Failure } from "../../shell/Failure";
import { keyOf } from "../../shell/keyboard";
import { PageTitle } from "../../shell/PageTitle";
import { useMedia } from "../../shell/useMedia";
import { Waiting } from "../../shell/Waiting";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { ImageTools } from "../../uploads/adding/ImageTools";
import { updateGroup } from "../changes";
import { ChooseGroupDialog } from "../dialogs/ChooseGroupDialog";
import { MoveDialog } from "../dialogs/MoveDialog";
import { groupById, groupImages } from "../queries";
import styles from "./GroupDesk.module.css";
import { GroupDeskHead } from "./GroupDeskHead";
import { GroupsInside } from "./GroupsInside";
import { GroupTargets } from "./GroupTargets";
import { RatingMenu } from "./RatingMenu";
import { ratedImages, useRatedView } from "./ratedImages";
import { PendingNotice } from "./review/PendingNotice";
import { SortMenu } from "./SortMenu";

/** `/admin/groups/:groupId`: a group and its images. */
export function GroupDesk() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  // The React keys close dialogs and clear the selection when another group opens.
  if (group === undefined || isMissing(error))
    return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{group.title}</PageTitle>
      <GroupDeskHead key={`head ${groupId}`} group={group} />
      <PendingNotice group={group} />
      <GroupsInside key={`inside ${groupId}`} group={group} />
      <Contents key={groupId} group={group} />
    </>
  );
}

/** The favourites of the guest in the address (`?link=…&guest=…`). They filter the images. */
function useChosen() {
  const [search] = useSearchParams();
  const link = search.get("link");
  const { data } = useQuery({ ...choicesOf(link ?? ""), enabled: link !== null });
  const at = data?.guests.findIndex(({ id }) => id === search.get("guest")) ?? -1;
  const guest = data?.guests[at];
  return useMemo(
    () => guest && { name: guestNameOf(guest, at), ids: new Set(guest.items.map(({ imageId }) => imageId)) },
    [guest, at],
  );
}

/** All photos of a group in the group's order. A list by rating does not contain the positions that Undo restores. */
const wholeGroup = (id: string) => ({ ...groupImages(id), pages: Number.MAX_SAFE_INTEGER, staleTime: 0 });

function Contents({ group }: { group: Group }) {
  const chosen = useChosen();
  const [view, setView] = useRatedView();
  const isRated = !chosen && (view.least > 0 || view.isBestFirst);
  const all = useInfiniteQuery({ ...groupImages(group.id), refetchOnWindowFocus: false, enabled: !isRated });
  const rated = useInfiniteQuery({ ...ratedImages(group.id, view), refetchOnWindowFocus: false, enabled: isRated });
  const whole = isRated ? rated : all;
  /** Whether the list has only some photos, or another order than the group. */
  const isPart = chosen !== undefined || isRated;
  const query = useFilteredPages(whole, chosen?.ids);
  const { images, selected, setSelected, ids, only, loadAll, toggleAll, deselect } = useSelection<Photograph>(query);
  const [dialog, setDialog] = useState<"edit" | "place" | "group" | "time" | "keys">();
  /** Whether the selected image is shown in the quick view. */
  const [isViewing, setViewing] = useState(false);
  const grid = useRef<GridHandle>(null);
  // Phones and tablets without a mouse rarely have a keyboard.
  const hasKeys = useMedia("(hover: hover)");
  const [dragged, setDragged] = useState<string[] | null>(null);
  const target = { groupId: group.id, groupTitle: group.title, isPublic: group.isPublished };
  const place = (to: Place) => void orderImages(group.id, images, to, group.imageCount);

  /**
   * Moves images to another group. Undo restores their positions among all images, not among the filtered images. Throws if
   * these positions cannot be read.
   */
  async function moveAway(to: { id: string; title: string }, moving = ids) {
    const list = isRated ? await queryClient.fetchInfiniteQuery(wholeGroup(group.id)) : whole.data;
    deselect();
    void moveImages({ id: group.id, images: itemsOf<Photograph>(list) }, to, moving);
  }

  function remove() {
    if (ids.length === 0) return;
    deselect();
    void deleteImages(group.id, ids);
  }

  /** The selected images; without a selection the focused one. */
  const affected = (focused?: string) =>
    ids.length > 0 ? images.filter(({ id }) => selected.has(id)) : images.filter(({ id }) => id === focused);
  const rate = (rating: Rating, focused?: string) => void rateImages(group.id, affected(focused), rating);
  function rotate(turn: Turn, focused?: string) {
    const turned = affected(focused);
    if (turned.length > 0) void rotateImages(group.id, turned, turn);
  }

  function press(event: KeyboardEvent, focused: string | undefined) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [key, rating] = [keyOf(event.nativeEvent), ratingOf(event.nativeEvent)];
    if (rating !== undefined) event.repeat || rate(rating, focused);
    else if (key === "r") event.repeat || rotate(event.shiftKey ? 270 : 90, focused);
    else if (key === "e" && ids.length > 0) setDialog("edit");
    else if (key === "?") setDialog("keys");
    else return;
    event.preventDefault();
  }

  // A change can take the viewed photo out of the list.
  const isGone = isViewing && only === undefined;
  useEffect(() => {
    if (isGone) setViewing(false);
  }, [isGone]);

  const close = () => setDialog(undefined);
  const above =
    dialog === "keys" ? (
      <KeysDialog onClose={close} />
    ) : (
      dialog === "edit" && only && <EditImageDialog groupId={group.id} image={only} onClose={close} />
    );
  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      {chosen && (
        <p className={styles.chosen} role="status">
          <Heart size={16} aria-hidden />
          {deskText.choices.only(chosen.name, images.length)}
          <Link to={`/admin/groups/${group.id}`} className={buttonClass()}>
            {deskText.choices.showAll}
          </Link>
        </p>
      )}
      {isRated && view.least > 0 && (
        <p className={styles.chosen} role="status">
          <Star size={16} aria-hidden />
          {deskText.rating.only(view.least, images.length, query.hasNextPage)}
          <Button onClick={() => setView({ ...view, least: 0 })}>{deskText.choices.showAll}</Button>
        </p>
      )}
      <ImageTools
        target={target}
        count={
          isRated && view.least > 0
            ? mineText.count(images.length, query.hasNextPage)
            : text.common.photos(group.imageCount)
        }
        selected={ids.length}
        onToggleAll={images.length > 0 ? toggleAll : undefined}
        actions={[
          {
            id: "edit",
            name: mineText.desk.edit,
            icon: <Pencil size={16} aria-hidden />,
            isMain: true,
            onAction: () => setDialog("edit"),
          },
          {
            id: "group",
            name: mineText.desk.moveToGroup,
            short: mineText.desk.move,
            icon: <FolderInput size={16} aria-hidden />,
            isMain: true,
            onAction: () => setDialog("group"),
          },
          {
            id: "delete",
            name: mineText.desk.delete,
            icon: <Trash2 size={16} aria-hidden />,
            isMain: true,
            onAction: remove,
          },
          ...(only
            ? [
                {
                  id: "view",
                  name: mineText.view,
                  icon: <Maximize2 size={16} aria-hidden />,
                  onAction: () => setViewing(true),
                },
                {
                  id: "cover",
                  name: mineText.desk.makeCover,
                  icon: <Star size={16} aria-hidden />,
                  onAction: () => void updateGroup(group, { coverImageId: only.id }),
                },
              ]
            : []),
          {
            id: "right",
            name: deskText.rotation.right,
            icon: <RotateCw size={16} aria-hidden />,
            onAction: () => rotate(90),
          },
          {
            id: "left",
            name: deskText.rotation.left,
            icon: <RotateCcw size={16} aria-hidden />,
            onAction: () => rotate(270),
          },
          ...(ids.length > 1
            ? [
                {
                  id: "time",
                  name: deskText.taken.shift,
                  icon: <Clock size={16} aria-hidden />,
                  onAction: () => setDialog("time"),
                },
              ]
            : []),
          ...(isPart
            ? []
            : [
                {
                  id: "place",
                  name: mineText.desk.moveTo,
                  icon: <ArrowUpDown size={16} aria-hidden />,
                  onAction: async () => (await loadAll()) !== null && setDialog("place"),
                },
              ]),
          ...(hasKeys
            ? [
                {
                  id: "keys",
                  name: deskText.quickView.keys,
                  icon: <Keyboard size={16} aria-hidden />,
                  onAction: () => setDialog("keys"),
                },
              ]
            : []),
        ]}
      >
        {!isPart && images.length > 1 && <SortMenu group={group} images={images} />}
        {!chosen && group.imageCount > 0 && <RatingMenu view={view} onChange={setView} />}
      </ImageTools>
      {images.length === 0 && isRated ? (
        <Notice icon={<Star size={32} strokeWidth={1.5} aria-hidden />} title={deskText.rating.nothing}>
          {deskText.rating.nothingText}
        </Notice>
      ) : images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {mineText.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          // A grid cannot gain or lose drag and drop while it is mounted.
          key={isPart ? "part" : "all"}
          images={images}
          coverId={group.cover?.id}
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => {
            setSelected(new Set([id]));
            setViewing(true);
          }}
          onMove={isPart ? undefined : place}
          onDrag={setDragged}
          onDelete={remove}
          onKey={press}
          pages={query}
          ref={grid}
        />
      )}
      {dragged && (
        <GroupTargets
          except={group.id}
          onDrop={(to) =>
            moveAway(to, dragged).catch((error) => tellFailure(mineText.desk.imagesNotMoved(dragged.length), error))
          }
          onAsk={() => {
            setSelected(new Set(dragged));
            setDialog("group");
          }}
        />
      )}
      {isViewing && only ? (
        <QuickView
          image={only}
          images={images}
          total={chosen || view.least > 0 ? images.length : group.imageCount}
          pages={query}
          onView={(id) => setSelected(new Set([id]))}
          onRate={rate}
          onRotate={rotate}
          onEdit={() => setDialog("edit")}
          onKeys={() => setDialog("keys")}
          onClose={() => {
            setViewing(false);
            grid.current?.focus(only.id);
          }}
        >
          {above}
        </QuickView>
      ) : (
        above
      )}
      {dialog === "edit" && ids.length > 1 && (
        <BulkEditDialog
          groupId={group.id}
          images={images.filter(({ id }) => selected.has(id))}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "time" && ids.length > 0 && (
        <ShiftTimeDialog groupId={group.id} images={affected()} onClose={close} />
      )}
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
          title={mineText.desk.moveImagesTitle(ids.length)}
          except={group.id}
          onChoose={(to) => moveAway(to)}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
