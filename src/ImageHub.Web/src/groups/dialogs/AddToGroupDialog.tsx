import { Eye, EyeOff, FolderInput, FolderPlus } from "lucide-react";
import type { ReactNode } from "react";
import type { Group } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import styles from "./AddToGroupDialog.module.css";

/** Asks whether files that were dropped on a group are added to it or form new groups. */
export function AddToGroupDialog({
  group,
  files,
  titles,
  onJoin,
  onMake,
  onClose,
}: {
  group: Group;
  /** The number of dropped files. */
  files: number;
  /** The titles of the new groups. */
  titles: string[];
  onJoin: () => void;
  onMake: () => void;
  onClose: () => void;
}) {
  const words = deskText.join;
  const choose = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Dialog title={words.title(files)} onClose={onClose}>
      <div className={styles.ways}>
        <Way
          icon={<FolderPlus size={22} strokeWidth={1.5} aria-hidden />}
          name={titles.length === 1 ? words.make(titles[0] ?? "") : words.makeSeveral(titles.length)}
          onClick={choose(onMake)}
        >
          <EyeOff size={14} aria-hidden />
          {words.makeHint}
        </Way>
        <Way
          icon={<FolderInput size={22} strokeWidth={1.5} aria-hidden />}
          name={words.join(group.title)}
          onClick={choose(onJoin)}
        >
          {group.isPublished ? <Eye size={14} aria-hidden /> : <EyeOff size={14} aria-hidden />}
          {group.isPublished ? words.publicHint : words.hiddenHint}
        </Way>
      </div>
      <DialogActions>
        <Button onClick={onClose}>{text.common.cancel}</Button>
      </DialogActions>
    </Dialog>
  );
}

const Way = ({
  icon,
  name,
  onClick,
  children,
}: {
  icon: ReactNode;
  name: string;
  onClick: () => void;
  /** The consequence of the choice. */
  children: ReactNode;
}) => (
  <button type="button" className={styles.way} onClick={onClick}>
    {icon}
    <span className={styles.name}>{name}</span>
    <span className={styles.hint}>{children}</span>
  </button>
);
