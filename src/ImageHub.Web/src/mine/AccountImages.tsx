import { ImagePlus, Maximize2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Outlet, useNavigate, useParams } from "react-router";
import { Notice } from "../design/Notice";
import { type GridImage, ImagesGrid } from "../images/editing/ImagesGrid";
import { useSelection } from "../images/editing/useSelection";
import { useLastViewed } from "../images/useLastViewed";
import type { PagesOf, ViewerContext } from "../images/viewer/viewerContext";
import type { ViewerPhoto } from "../images/viewer/viewerPhoto";
import type { PagedQuery } from "../paging/useNextPage";
import { text } from "../text";
import { mineText } from "../text/mine";
import { type ImageAction, ImageTools } from "../uploads/adding/ImageTools";
import type { UploadTarget } from "../uploads/queue/rows";
import type { RemoveImages } from "./changes";
import { DeleteImagesDialog } from "./DeleteImagesDialog";

/** A page to add, view and delete images: the user's own images, or a group to which the user adds photos. */
export function AccountImages<T extends { id: string }>({
  at,
  target,
  title,
  list,
  grid,
  fetchRest,
  viewed,
  countOf,
  badgeOf,
  mayDelete = () => true,
  remove,
  actionsFor,
}: {
  /** The page's address. The viewer's address is below it. */
  at: string;
  /** The target of uploads. */
  target: UploadTarget;
  title: string;
  list: Parameters<typeof useSelection<T>>[0] & PagedQuery;
  fetchRest: ViewerContext["fetchRest"];
  /** The loaded images for the grid. */
  grid: GridImage[];
  /** The same images for the viewer. */
  viewed: PagesOf<ViewerPhoto>;
  /** The number of images as a text. */
  countOf: (loaded: number) => string;
  /** A short text beside an image's name. */
  badgeOf?: (image: GridImage) => string | undefined;
  mayDelete?: (image: T) => boolean;
  remove: RemoveImages;
  /** Further actions on the selected image if exactly one is selected. */
  actionsFor: (image: T) => ImageAction[];
}) {
  const { imageId } = useParams();
  const navigate = useNavigate();
  const onView = useLastViewed(imageId !== undefined, (id) =>
    document.querySelector<HTMLElement>(`#content [role=row][data-key="${id}"]`),
  );
  const view = (id: string) => navigate(`${at}/images/${id}`, { state: { opened: true } });
  const { images, selected, setSelected, ids, only, toggleAll, deselect } = useSelection<T>(list);
  const [asks, setAsks] = useState(false);
  const canDelete = ids.length > 0 && images.every((image) => !selected.has(image.id) || mayDelete(image));
  return (
    <>
      <ImageTools
        target={target}
        count={countOf(images.length)}
        selected={ids.length}
        onToggleAll={images.length > 0 ? toggleAll : undefined}
        actions={[
          ...(only
            ? [
                {
                  id: "view",
                  name: mineText.view,
                  icon: <Maximize2 size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => view(only.id),
                },
                ...actionsFor(only),
              ]
            : []),
          ...(canDelete
            ? [
                {
                  id: "delete",
                  name: mineText.desk.delete,
                  icon: <Trash2 size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => setAsks(true),
                },
              ]
            : []),
        ]}
      />
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {mineText.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={grid}
          {...(badgeOf && { badgeOf })}
          selected={selected}
          onSelect={setSelected}
          onOpen={view}
          onDelete={() => canDelete && setAsks(true)}
          pages={list}
        />
      )}
      {asks && (
        <DeleteImagesDialog
          ids={ids}
          remove={remove}
          onClose={() => setAsks(false)}
          onDone={() => {
            setAsks(false);
            deselect();
          }}
        />
      )}
      <Outlet
        context={
          {
            at,
            title,
            images: viewed,
            fetchRest,
            hasDetails: true,
            opensAlone: false,
            isForOthers: false,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}
