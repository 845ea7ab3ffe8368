import { MoreHorizontal, SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useStore } from "../../api/useStore";
import { Button } from "../../design/Button";
import { type Action, Menu } from "../../design/overlays/Menu";
import { Popup } from "../../design/overlays/Popup";
import { ThumbnailSize } from "../../images/editing/ThumbnailSize";
import { mineText } from "../../text/mine";
import type { UploadTarget } from "../queue/rows";
import { DropZone } from "./DropZone";
import styles from "./ImageTools.module.css";
import { longestSide } from "./longestSide";
import { PickFiles } from "./PickFiles";
import { UploadOptions } from "./UploadOptions";

/** An action on the selected images. */
export interface ImageAction extends Action {
  /** The label on a phone. */
  short?: string;
  /** Whether the action has a separate button. All other actions share a menu. */
  isMain?: boolean;
}

/**
 * The toolbar of a grid of images: the selection with its actions, and the upload of files. The toolbar keeps its size when
 * the selection changes. On a phone the actions are at the bottom of the window.
 */
export function ImageTools({
  target,
  count,
  selected,
  onToggleAll,
  actions,
  children,
}: {
  /** The target of uploads. */
  target: UploadTarget;
  /** The number of images as a text. */
  count: string;
  /** The number of selected images. */
  selected: number;
  /** Absent if there is nothing to select. */
  onToggleAll: (() => void) | undefined;
  /** The actions that are possible with the current selection. */
  actions: ImageAction[];
  /** Tools for all images. */
  children?: ReactNode;
}) {
  const side = useStore(longestSide);
  const size = side === null ? mineText.uploads.original : mineText.uploads.atMost(side);
  return (
    <>
      <DropZone target={target} />
      <div className={styles.tools} role="toolbar" aria-label={mineText.desk.imageActions}>
        <div className={styles.selection}>
          {onToggleAll && (
            // One button has both actions, so that it keeps the focus.
            <Button look="quiet" onClick={onToggleAll}>
              {selected > 0 ? mineText.desk.clearSelection : mineText.desk.selectAll}
            </Button>
          )}
          {selected === 0 && <span className={styles.count}>{count}</span>}
          {onToggleAll && (
            <div className={styles.selected} data-any={selected > 0 || undefined}>
              <span role="status" className={styles.count}>
                {selected > 0 && mineText.desk.selected(selected)}
              </span>
              {selected > 0 && <Actions actions={actions} />}
            </div>
          )}
        </div>
        <div className={styles.add}>
          {onToggleAll && <ThumbnailSize />}
          {children}
          <PickFiles target={target} />
          <Popup
            name={mineText.longestSideIs(size)}
            button={
              <>
                <SlidersHorizontal size={16} aria-hidden />
                <span className="wideLabel">{size}</span>
              </>
            }
          >
            <UploadOptions />
          </Popup>
        </div>
      </div>
    </>
  );
}

function Actions({ actions }: { actions: ImageAction[] }) {
  const others = actions.filter(({ isMain }) => !isMain);
  return (
    <span className={styles.actions}>
      {actions.map(
        ({ id, name, short, icon, isMain, onAction }) =>
          isMain && (
            <Button key={id} look="quiet" onClick={onAction}>
              {icon}
              <span className={short && styles.long}>{name}</span>
              {short && <span className={styles.short}>{short}</span>}
            </Button>
          ),
      )}
      {others.length > 0 && (
        <Menu name={mineText.moreActions} actions={others}>
          <MoreHorizontal size={18} aria-hidden />
        </Menu>
      )}
    </span>
  );
}
