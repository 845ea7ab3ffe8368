import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowUpDown, FolderInput, Heart, ImagePlus, Maximize2, Pencil, Star, Trash2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Group, Photograph } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { buttonClass } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { BulkEditDialog } from "../../images/editing/BulkEditDialog";
import { deleteImages, moveImages, orderImages } from "../../images/editing/changes";
import { EditImageDialog } from "../../images/editing/EditImageDialog";
import { type GridHandle, ImagesGrid } from "../../images/editing/ImagesGrid";
import { QuickView } from "../../images/editing/QuickView";
import { useSelection } from "../../images/editing/useSelection";
import { useFilteredPages } from "../../images/useFilteredPages";
import { guestNameOf } from "../../links/choices/guestName";
import { choicesOf } from "../../links/queries";
import type { Place } from "../../order/places";
import { Failure } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
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
import { GroupTargets } from "./GroupTargets";
import { SortMenu } from "./SortMenu";

/** `/admin/groups/:groupId`: a group and its images. */
export function GroupDesk() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  // The key of `Contents` resets the selection when another group opens.
  if (group === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{group.title}</PageTitle>
      <GroupDeskHead group={group} />
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

function Contents({ group }: { group: Group }) {
  const whole = useInfiniteQuery({ ...groupImages(group.id), refetchOnWindowFocus: false });
  const chosen = useChosen();
  const query = useFilteredPages(whole, chosen?.ids);
  const { images, selected, setSelected, ids, only, loadAll, toggleAll, deselect } = useSelection<Photograph>(query);
  const [dialog, setDialog] = useState<"edit" | "place" | "group">();
  /** Whether the selected image is shown in the quick view. */
  const [isViewing, setViewing] = useState(false);
  const grid = useRef<GridHandle>(null);
  const [dragged, setDragged] = useState<string[] | null>(null);
  const target = { groupId: group.id, groupTitle: group.title, isPublic: group.isPublished };
  const place = (to: Place) => void orderImages(group.id, images, to, group.imageCount);

  /** Moves images to another group. Undo restores their positions among all images, not among the filtered images. */
  async function moveAway(to: { id: string; title: string }, moving = ids) {
    deselect();
    await moveImages({ id: group.id, images: itemsOf<Photograph>(whole.data) }, to, moving);
  }

  function remove() {
    if (ids.length === 0) return;
    deselect();
    void deleteImages(group.id, ids);
  }

  const edit = dialog === "edit" && only && (
    <EditImageDialog groupId={group.id} image={only} onClose={() => setDialog(undefined)} />
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
      <ImageTools
        target={target}
        count={text.common.photos(group.imageCount)}
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
          ...(chosen
            ? []
            : [
                {
                  id: "place",
                  name: mineText.desk.moveTo,
                  icon: <ArrowUpDown size={16} aria-hidden />,
                  onAction: async () => (await loadAll()) && setDialog("place"),
                },
              ]),
        ]}
      >
        {!chosen && images.length > 1 && <SortMenu group={group} images={images} />}
      </ImageTools>
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {mineText.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          // A grid cannot gain or lose drag and drop while it is mounted.
          key={chosen ? "chosen" : "all"}
          images={images}
          coverId={group.cover?.id}
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => {
            setSelected(new Set([id]));
            setViewing(true);
          }}
          onMove={chosen ? undefined : place}
          onDrag={setDragged}
          onDelete={remove}
          pages={query}
          ref={grid}
        />
      )}
      {dragged && (
        <GroupTargets
          except={group.id}
          onDrop={(to) => void moveAway(to, dragged)}
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
          total={chosen ? images.length : group.imageCount}
          pages={query}
          onView={(id) => setSelected(new Set([id]))}
          onEdit={() => setDialog("edit")}
          onClose={() => {
            setViewing(false);
            grid.current?.focus(only.id);
          }}
        >
          {edit}
        </QuickView>
      ) : (
        edit
      )}
      {dialog === "edit" && ids.length > 1 && (
        <BulkEditDialog
          groupId={group.id}
          images={images.filter(({ id }) => selected.has(id))}
          onClose={() => setDialog(undefined)}
        />
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
          onChoose={(to) => void moveAway(to)}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
