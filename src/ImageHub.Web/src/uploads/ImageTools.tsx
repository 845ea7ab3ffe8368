import { SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useStore } from "../api/store";
import { Button } from "../design/Button";
import { Popup } from "../design/Popup";
import { text } from "../text";
import { DropZone } from "./DropZone";
import styles from "./ImageTools.module.css";
import { longestSide } from "./longestSide";
import { PickFiles } from "./PickFiles";
import type { UploadTarget } from "./rows";
import { UploadOptions } from "./UploadOptions";

/** The bar above a grid of images: with nothing selected it takes files, otherwise it shows the `children`, what to do with the selection. */
export function ImageTools({
  target,
  count,
  selected,
  onToggleAll,
  children,
}: {
  /** Where files go. */
  target: UploadTarget;
  /** How many images there are, in words. */
  count: string;
  /** How many of them are selected. */
  selected: number;
  /** Absent: there is nothing to select. */
  onToggleAll: (() => void) | undefined;
  children: ReactNode;
}) {
  const side = useStore(longestSide);
  return (
    <>
      <DropZone target={target} />
      <div className={styles.tools} role="toolbar" aria-label={text.desk.imageActions}>
        {selected === 0 ? (
          <>
            <span className={styles.count}>{count}</span>
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
              {text.desk.selected(selected)}
            </span>
            {children}
          </>
        )}
        {/* One button for both, so that it keeps the focus. */}
        {onToggleAll && (
          <Button look="quiet" onClick={onToggleAll}>
            {selected > 0 ? text.desk.clearSelection : text.desk.selectAll}
          </Button>
        )}
      </div>
    </>
  );
}
