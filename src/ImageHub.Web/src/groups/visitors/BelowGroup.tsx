import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "../../api/pages";
import { Failure } from "../../shell/Failure";
import { text } from "../../text";
import { groupsBelow } from "../queries";
import { Card } from "./Card";
import styles from "./GalleryPage.module.css";
import { MorePhotos } from "./PhotoRows";

/** The gallery's grid has as many columns for this number of cards as this grid always has, so the `sizes` of those cards apply. */
const galleryCardCount = 6;

/** The groups directly below a group, as cards. Members of the group also see hidden ones. */
export function BelowGroup({ id, isMember }: { id: string; isMember: boolean }) {
  const groups = useInfiniteQuery(groupsBelow(id, isMember));
  const items = itemsOf(groups.data);
  if (groups.data === undefined && groups.error) return <Failure error={groups.error} again={groups.refetch} />;
  return (
    <section className={styles.below} aria-label={text.gallery.insideTitle}>
      <ul className={styles.inside}>
        {items.map((group, index) => (
          <Card key={group.id} group={group} index={index} count={galleryCardCount} eager={false} />
        ))}
      </ul>
      <MorePhotos images={groups} />
    </section>
  );
}
