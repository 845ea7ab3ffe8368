import { useInfiniteQuery } from "@tanstack/react-query";
import { FolderInput } from "lucide-react";
import { useState } from "react";
import { DropZone, Text } from "react-aria-components";
import type { Group } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { deskGroups } from "../queries";
import styles from "./GroupTargets.module.css";

/**
 * Drop targets for dragged photos: a strip in the page's margin that opens into a list of the other groups. The page
 * leaves space for the open list, so that it never covers the photos.
 */
export function GroupTargets({
  except,
  onDrop,
  onAsk,
}: {
  except: string;
  onDrop: (group: Group) => void;
  /** Called if the photos were dropped on the strip, but not on a group. */
  onAsk: () => void;
}) {
  const { data } = useInfiniteQuery(deskGroups(""));
  const words = deskText.groupList;
  const groups = itemsOf<Group>(data).filter(({ id }) => id !== except);
  const [isOpen, setOpen] = useState(false);
  const [over, setOver] = useState<Group>();
  if (groups.length === 0) return null;
  return (
    <section className={isOpen ? styles.open : styles.strip} aria-label={words.dropInto}>
      <DropZone
        aria-label={mineText.desk.moveToGroup}
        className={styles.head ?? ""}
        getDropOperation={() => "move"}
        onDropEnter={() => setOpen(true)}
        onDrop={onAsk}
      >
        <FolderInput size={16} aria-hidden />
        <Text slot="label">
          {!isOpen ? mineText.desk.moveToGroup : over ? words.dropOn(over.title) : words.dropInto}
        </Text>
      </DropZone>
      {isOpen && (
        <div className={styles.groups}>
          {groups.map((group) => (
            <DropZone
              key={group.id}
              aria-label={words.dropOn(group.title)}
              className={styles.target ?? ""}
              getDropOperation={() => "move"}
              onDropEnter={() => setOver(group)}
              onDropExit={() => setOver((now) => (now === group ? undefined : now))}
              onDrop={() => onDrop(group)}
            >
              <Text slot="label">{group.title}</Text>
            </DropZone>
          ))}
        </div>
      )}
    </section>
  );
}
