import { GripVertical } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle, useMemo, useRef } from "react";
import {
  Button as AriaButton,
  Checkbox,
  Collection,
  DropIndicator,
  GridLayout,
  GridList,
  GridListItem,
  type Selection,
  Size,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import type { Photograph } from "../../api/client";
import { useStore } from "../../api/useStore";
import { buttonClass } from "../../design/Button";
import { CheckMark, checkClass } from "../../design/fields/CheckMark";
import { MorePhotos } from "../../groups/visitors/PhotoRows";
import { beside, inOrder, type Place } from "../../order/places";
import type { PagedQuery } from "../../paging/useNextPage";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import type { GridPhoto } from "../fetchPhoto";
import { Photo } from "../Photo";
import styles from "./ImagesGrid.module.css";
import { StarBadge } from "./Stars";
import { thumbnailStep, thumbnailWidths } from "./thumbnailSize";

/** The data that the grid needs of an image. */
export type GridImage = Pick<Photograph, "id" | "title" | "fileName"> &
  Partial<Pick<Photograph, "rating" | "sentBy" | "mayEdit">> &
  GridPhoto;

/** The height of the name below a thumbnail in CSS pixels. */
const below = 24;

/** Functions of the grid for other parts of the page. */
export interface GridHandle {
  /** Scrolls to a loaded image and focuses it. */
  focus: (id: string) => void;
}

/**
 * A grid in which images can be selected and, if their order can change, dragged. Only visible rows are in the
 * document; further pages are loaded in advance.
 */
export function ImagesGrid({
  images,
  coverId,
  badgeOf,
  selected,
  onSelect,
  onOpen,
  onMove,
  onDrag,
  onDelete,
  onKey,
  pages,
  ref,
}: {
  images: GridImage[];
  coverId?: string;
  /** A short text beside an image's name. */
  badgeOf?: (image: GridImage) => string | undefined;
  selected: Selection;
  onSelect: (selected: Selection) => void;
  onOpen: (id: string) => void;
  /** Absent if the order cannot change. */
  onMove?: (place: Place) => void;
  /** Called with the dragged ids when a drag starts, and with null when it ends. */
  onDrag?: (ids: string[] | null) => void;
  onDelete: () => void;
  /** Called for keys other than Delete, with the id of the focused image. */
  onKey?: (event: KeyboardEvent, focused: string | undefined) => void;
  /** The query that loads further images. */
  pages: PagedQuery;
  ref?: Ref<GridHandle>;
}) {
  const width = thumbnailWidths[useStore(thumbnailStep)] ?? thumbnailWidths[1];
  const widest = Math.round(width * 1.75);
  // A layout caches the measured heights of rows, which depend on the size of the thumbnails.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each size has its own layout.
  const layout = useMemo(() => new GridLayout<GridImage>(), [width]);
  const grid = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({
    focus: (id) => focusRow(grid.current, id, () => layout.getLayoutInfo(id)?.rect.y),
  }));
  const { dragAndDropHooks } = useDragAndDrop<GridImage>({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target: { key, dropPosition } }) =>
      onMove?.(
        beside(
          images,
          inOrder(images, [...keys].map(String)),
          String(key),
          dropPosition === "before" ? "before" : "after",
        ),
      ),
    // Called after the event: an element that appears under the pointer during the event would end the drag.
    onDragStart: ({ keys }) => void setTimeout(() => onDrag?.(inOrder(images, [...keys].map(String)))),
    onDragEnd: () => void setTimeout(() => onDrag?.(null)),
    renderDropIndicator: (target) => <DropIndicator target={target} className={styles.drop} />,
    renderDragPreview: (items) => <div className={styles.preview}>{text.common.photos(items.length)}</div>,
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the key belongs to the grid, which accepts no key handler.
    <div
      onKeyDown={(event) => {
        if (event.key === "Delete") onDelete();
        else onKey?.(event, (event.target as Element).closest<HTMLElement>("[role=row]")?.dataset.key);
      }}
    >
      <Virtualizer
        layout={layout}
        layoutOptions={{
          minItemSize: new Size(width, width + below),
          maxItemSize: new Size(widest, widest + below),
          minSpace: new Size(8, 8),
        }}
      >
        <GridList
          ref={grid}
          aria-label={mineText.desk.images}
          layout="grid"
          selectionMode="multiple"
          selectionBehavior="replace"
          selectedKeys={selected}
          onSelectionChange={onSelect}
          onAction={(key) => onOpen(String(key))}
          disallowTypeAhead
          dragAndDropHooks={onMove && dragAndDropHooks}
          className={styles.grid}
        >
          <Collection items={images} dependencies={[coverId, badgeOf]}>
            {(image) => {
              const name = image.title || image.fileName;
              return (
                <GridListItem
                  id={image.id}
                  textValue={image.rating ? mineText.desk.rated(name, image.rating) : name}
                  className={styles.item}
                >
                  <Photo image={image} alt="" sizes={`${widest}px`} style={{ aspectRatio: "1" }} />
                  {image.rating && (
                    <span className={styles.rating}>
                      <StarBadge rating={image.rating} />
                    </span>
                  )}
                  <span className={styles.name}>
                    <span>{name}</span>
                    {badgeOf?.(image) && <span className={styles.badge}>{badgeOf(image)}</span>}
                    {image.id === coverId && <span className={styles.badge}>{mineText.desk.cover}</span>}
                  </span>
                  <Checkbox slot="selection" className={checkClass} aria-label={mineText.desk.select(name)}>
                    <CheckMark />
                  </Checkbox>
                  {onMove && (
                    <AriaButton
                      slot="drag"
                      aria-label={mineText.desk.drag(name)}
                      className={buttonClass("quiet", styles.grip)}
                    >
                      <GripVertical size={16} aria-hidden />
                    </AriaButton>
                  )}
                </GridListItem>
              );
            }}
          </Collection>
        </GridList>
      </Virtualizer>
      {/* The grid's built-in loader would load at any scroll position, because it observes an element as high as all rows. */}
      <MorePhotos images={pages} />
    </div>
  );
}

/**
 * Focuses an image's row. A dialog that has just closed restores the focus in the next frame, so the row is focused
 * later. A row outside the window is rendered only some frames after the page has scrolled there.
 */
function focusRow(grid: HTMLElement | null, id: string, topOf: () => number | undefined, frame = 1) {
  requestAnimationFrame(() => {
    const top = topOf();
    if (!grid?.isConnected || top === undefined) return;
    const row = grid.querySelector<HTMLElement>(`[role=row][data-key="${CSS.escape(id)}"]`);
    if (frame > 2 && row) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
      return;
    }
    if (row === null) scrollBy(0, grid.getBoundingClientRect().top + top - innerHeight / 2);
    if (frame < 30) focusRow(grid, id, topOf, frame + 1);
  });
}
