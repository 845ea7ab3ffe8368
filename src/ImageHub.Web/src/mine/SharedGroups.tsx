import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "../api/pages";
import { Card } from "../groups/visitors/Card";
import grid from "../groups/visitors/GalleryPage.module.css";
import { LoadMore } from "../paging/LoadMore";
import { mineText } from "../text/mine";
import { groupsSharedWithMe } from "./queries";
import styles from "./SharedGroups.module.css";

/** This grid has as many columns as a gallery page with this number of cards, so its cards use the `sizes` of that page. */
const galleryCardCount = 6;

/** The groups of which the signed-in user was made a member, as cards. Renders nothing if there are none. */
export function SharedGroups() {
  const list = useInfiniteQuery(groupsSharedWithMe);
  const groups = itemsOf(list.data);
  if (groups.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="shared-groups">
      <h2 id="shared-groups">{mineText.shared.title}</h2>
      <ul className={grid.inside}>
        {groups.map((group, index) => (
          <Card
            key={group.id}
            group={group}
            index={index}
            count={galleryCardCount}
            eager={false}
            {...(group.role === "contributor" && { to: `/account/groups/${group.id}`, note: mineText.shared.canAdd })}
          />
        ))}
      </ul>
      <LoadMore list={list} />
    </section>
  );
}
