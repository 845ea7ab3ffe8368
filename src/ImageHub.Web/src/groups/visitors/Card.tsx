import { EyeOff, Images } from "lucide-react";
import { Link } from "react-router";
import type { Group } from "../../api/client";
import { Photo } from "../../images/Photo";
import { text } from "../../text";
import { fetchGroupAhead } from "../queries";
import styles from "./GalleryPage.module.css";
import { cardSizes, coverSizes, isUpright } from "./sizes";

/** A group as a card of the grid or, at index -1, as the large picture at the top of the page. */
export function Card({
  group,
  index,
  count,
  eager,
  to = `/groups/${group.slug}`,
  note,
}: {
  group: Group;
  index: number;
  count: number;
  eager: boolean;
  /** The card's address; by default the address of the group's page. */
  to?: string;
  /** A text before the numbers. */
  note?: string;
}) {
  const { cover } = group;
  const ahead = () => void fetchGroupAhead(group.id);
  const opening = `${styles.opening} ${cover && isUpright(cover) ? styles.upright : styles.wide}`;
  return (
    <li className={index < 0 ? opening : styles.card}>
      <Link to={to} onFocus={ahead} onPointerEnter={ahead}>
        {cover ? (
          <Photo
            image={cover}
            alt=""
            sizes={index < 0 ? coverSizes(cover) : cardSizes(cover, index, count)}
            eager={eager}
          />
        ) : (
          <span className={styles.blank}>
            <Images size={28} strokeWidth={1.25} aria-hidden />
          </span>
        )}
        <span className={styles.title}>{group.title}</span>
        <span className={styles.count}>
          {!group.isPublished && (
            <span className={styles.hidden}>
              <EyeOff size={13} aria-hidden /> {text.gallery.unpublished}
            </span>
          )}
          {note && `${note} · `}
          {countsOf(group)}
        </span>
      </Link>
    </li>
  );
}

/** The number of groups below a group and the number of its photos, in words. */
const countsOf = ({ groupCount, imageCount }: Group) =>
  [
    groupCount > 0 && text.gallery.inside(groupCount),
    (imageCount > 0 || groupCount === 0) && text.common.photos(imageCount),
  ]
    .filter(Boolean)
    .join(" · ");
