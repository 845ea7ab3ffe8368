import { useInfiniteQuery } from "@tanstack/react-query";
import { DropZone, Text } from "react-aria-components";
import type { Group } from "../api/client";
import { itemsOf } from "../api/pages";
import { deskText } from "../text/desk";
import styles from "./GroupTargets.module.css";
import { deskGroups } from "./queries";

/** The other groups, at the window's side while photos are dragged: dropped on one they go there. */
export function GroupTargets({ except, onDrop }: { except: string; onDrop: (group: Group) => void }) {
  const { data } = useInfiniteQuery(deskGroups(""));
  const words = deskText.groupList;
  const groups = itemsOf<Group>(data).filter(({ id }) => id !== except);
  if (groups.length === 0) return null;
  return (
    <section className={styles.targets} aria-label={words.dropInto}>
      <p className={styles.title}>{words.dropInto}</p>
      {groups.map((group) => (
        <DropZone
          key={group.id}
          aria-label={words.dropOn(group.title)}
          className={styles.target ?? ""}
          getDropOperation={() => "move"}
          onDrop={() => onDrop(group)}
        >
          <Text slot="label">{group.title}</Text>
        </DropZone>
      ))}
    </section>
  );
}
