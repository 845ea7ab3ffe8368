import { ArrowUpDown, Eye, EyeOff, Trash2, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Group } from "../../api/client";
import { Button } from "../../design/Button";
import { mineText } from "../../text/mine";
import { deleteGroups, hideGroups, publishGroups } from "../changes";
import styles from "./SelectionBar.module.css";

/** Actions for the selected groups, at the bottom of the window. They never cover the end of the page. */
export function SelectionBar({
  groups,
  onMove,
  onDone,
}: {
  /** The selected groups, in the list's order. */
  groups: Group[];
  /** Absent if the list has no positions. */
  onMove?: () => void;
  /** Clears the selection. */
  onDone: () => void;
}) {
  const [hidden, shown] = [groups.filter((group) => !group.isPublished), groups.filter((group) => group.isPublished)];
  const act = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <div className={styles.bar} role="toolbar" aria-label={mineText.desk.groupActions}>
      <span role="status" className={styles.count}>
        {mineText.desk.selected(groups.length)}
      </span>
      <Action
        icon={<Eye size={16} aria-hidden />}
        inactive={hidden.length === 0}
        onClick={act(() => void publishGroups(hidden))}
      >
        {mineText.desk.publish}
      </Action>
      <Action
        icon={<EyeOff size={16} aria-hidden />}
        inactive={shown.length === 0}
        onClick={act(() => void hideGroups(shown))}
      >
        {mineText.desk.hide}
      </Action>
      {onMove && (
        <Action icon={<ArrowUpDown size={16} aria-hidden />} onClick={onMove}>
          {mineText.desk.move}
        </Action>
      )}
      <Action icon={<Trash2 size={16} aria-hidden />} onClick={act(() => void deleteGroups(groups))}>
        {mineText.desk.delete}
      </Action>
      <Button look="quiet" aria-label={mineText.desk.clearSelection} onClick={onDone}>
        <X size={16} aria-hidden />
      </Button>
    </div>
  );
}

const Action = ({
  icon,
  inactive,
  onClick,
  children,
}: {
  icon: ReactNode;
  inactive?: boolean;
  onClick: () => void;
  children: string;
}) => (
  <Button look="quiet" className={styles.action} inactive={inactive} onClick={onClick}>
    {icon}
    <span>{children}</span>
  </Button>
);
