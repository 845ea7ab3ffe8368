import { MoreHorizontal, SlidersHorizontal } from "lucide-react";
import { useStore } from "../../api/store";
import { Button } from "../../design/Button";
import { type Action, Menu } from "../../design/overlays/Menu";
import { Popup } from "../../design/overlays/Popup";
import { mineText } from "../../text/mine";
import type { UploadTarget } from "../queue/rows";
import { DropZone } from "./DropZone";
import styles from "./ImageTools.module.css";
import { longestSide } from "./longestSide";
import { PickFiles } from "./PickFiles";
import { UploadOptions } from "./UploadOptions";

/** Something that can be done with what is selected. */
export interface ImageAction extends Action {
  /** What it is called on a phone. */
  short?: string;
  /** Whether it has a button of its own; the others share a menu. */
  isMain?: boolean;
}

/**
 * The bar above a grid of images: what is selected and the `actions` for it, and what takes files. Nothing moves when something is
 * selected; on a phone the actions stand in a bar at the foot of the window, where a thumb is.
 */
export function ImageTools({
  target,
  count,
  selected,
  onToggleAll,
  actions,
}: {
  /** Where files go. */
  target: UploadTarget;
  /** How many images there are, in words. */
  count: string;
  /** How many of them are selected. */
  selected: number;
  /** Absent: there is nothing to select. */
  onToggleAll: (() => void) | undefined;
  /** Only those that can be done with what is selected now. */
  actions: ImageAction[];
}) {
  const side = useStore(longestSide);
  const size = side === null ? mineText.uploads.original : mineText.uploads.atMost(side);
  return (
    <>
      <DropZone target={target} />
      <div className={styles.tools} role="toolbar" aria-label={mineText.desk.imageActions}>
        <div className={styles.selection}>
          {onToggleAll && (
            // One button for both, so that it keeps the focus.
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
          <PickFiles target={target} />
          <Popup
            name={mineText.longestSideIs(size)}
            button={
              <>
                <SlidersHorizontal size={16} aria-hidden />
                {size}
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
