import { GripVertical } from "lucide-react";
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
import { buttonClass } from "../../design/Button";
import { CheckMark, checkClass } from "../../design/fields/CheckMark";
import { MorePhotos, type NextPages } from "../../groups/visitors/PhotoRows";
import { beside, inOrder, type Place } from "../../order/places";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import type { GridPhoto } from "../fetchPhoto";
import { Photo } from "../Photo";
import styles from "./ImagesGrid.module.css";

/** What is needed of an image in the grid. */
export type GridImage = Pick<Photograph, "id" | "title" | "fileName"> & GridPhoto;

/**
 * Images to select (click, Shift, Ctrl, touch, keys) and, where they have an order of their own, to drag into another. Only what
 * is in view is in the document; further pages are asked for as they come near.
 */
export function ImagesGrid({
  images,
  coverId,
  selected,
  onSelect,
  onOpen,
  onMove,
  onDrag,
  onDelete,
  pages,
}: {
  images: GridImage[];
  coverId?: string;
  selected: Selection;
  onSelect: (selected: Selection) => void;
  onOpen: (id: string) => void;
  /** Absent: their order is not theirs to choose. */
  onMove?: (place: Place) => void;
  /** Hears which are dragged, and of the end of that (null). */
  onDrag?: (ids: string[] | null) => void;
  onDelete: () => void;
  /** What the images are the first of. */
  pages: NextPages;
}) {
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
    // What appears at once under the pointer would end the drag.
    onDragStart: ({ keys }) => void setTimeout(() => onDrag?.(inOrder(images, [...keys].map(String)))),
    onDragEnd: () => void setTimeout(() => onDrag?.(null)),
    renderDropIndicator: (target) => <DropIndicator target={target} className={styles.drop} />,
    renderDragPreview: (items) => <div className={styles.preview}>{text.common.photos(items.length)}</div>,
  });

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are the list's, which takes no handler of its own.
    <div onKeyDown={(event) => event.key === "Delete" && onDelete()}>
      <Virtualizer
        layout={GridLayout}
        layoutOptions={{ minItemSize: new Size(136, 160), maxItemSize: new Size(240, 264), minSpace: new Size(8, 8) }}
      >
        <GridList
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
          <Collection items={images} dependencies={[coverId]}>
            {(image) => {
              const name = image.title || image.fileName;
              return (
                <GridListItem id={image.id} textValue={name} className={styles.item}>
                  <Photo image={image} alt="" sizes="240px" style={{ aspectRatio: "1" }} />
                  <span className={styles.name}>
                    <span>{name}</span>
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
      {/* Not the list's own: it would watch for its place in the list, which is as high as all its rows and shows it at any time. */}
      <MorePhotos images={pages} />
    </div>
  );
}
