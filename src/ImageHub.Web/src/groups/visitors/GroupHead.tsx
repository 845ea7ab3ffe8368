import { Play } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import type { Photograph, Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { altOf, Photo } from "../../images/Photo";
import { fetchViewer, openFrom } from "../../images/viewer/openViewer";
import { fetchForViewer } from "../../images/viewer/viewerPhoto";
import { text } from "../../text";
import { days } from "../../text/format";
import styles from "./GroupHead.module.css";
import { photoId, type TileProps } from "./PhotoRows";
import { SharePage } from "./SharePage";
import { coverSizes, isUpright } from "./sizes";

/** The maximum time in milliseconds between a group's first and last photo. Photos over a longer time are not of one occasion, so no dates are shown. */
const month = 31 * 86_400_000;

/** A group's title, dates and facts on the cover, then the actions and the description. The cover opens the viewer. */
export function GroupHead({
  cover,
  isFirst,
  tile,
  group: { title, description, imageCount, groupCount = 0, takenFrom, takenTo },
  first,
  facts,
  before,
  actions,
  isForOthers,
}: {
  /** Null for a group with few photos, because these fit on one screen. */
  cover: Photograph | null;
  /** Whether the cover is the first photo, which is not repeated in the rows. */
  isFirst: boolean;
  /** The component that shows the cover if the cover is the first photo; absent: a link to the viewer. */
  tile: ComponentType<TileProps> | undefined;
  group: Pick<Schemas["GroupResponse"], "title" | "description" | "imageCount" | "takenFrom" | "takenTo"> &
    Partial<Pick<Schemas["GroupResponse"], "groupCount">>;
  /** The first photo, with which the slideshow starts; absent until it has loaded. */
  first: Photograph | undefined;
  /** Facts after the number of photos. */
  facts?: ReactNode;
  /** Content at the start of the line with the actions. */
  before?: ReactNode;
  /** Actions after the slideshow and sharing. */
  actions?: ReactNode;
  /** Whether other people can open the page's address. */
  isForOthers: boolean;
}) {
  const navigate = useNavigate();
  const words = (
    <div className={styles.words}>
      <h1 className={styles.title}>{title}</h1>
      <p className={styles.known}>
        {takenFrom && takenTo && Date.parse(takenTo) - Date.parse(takenFrom) < month && (
          <span>{days(takenFrom, takenTo)}</span>
        )}
        <span>
          {imageCount === 0 && groupCount > 0 ? text.gallery.inside(groupCount) : text.common.photos(imageCount)}
        </span>
        {facts}
      </p>
    </div>
  );
  return (
    <div className={`${styles.head} ${cover ? styles.below : ""} ${cover && isUpright(cover) ? styles.upright : ""}`}>
      {cover ? (
        <div className={styles.cover}>
          <Cover image={cover} group={title} isFirst={isFirst} tile={tile} />
          {words}
        </div>
      ) : (
        words
      )}
      <div className={styles.line}>
        <span className={styles.before}>{before}</span>
        <span className={styles.actions}>
          {imageCount > 1 && (
            <Button
              look="quiet"
              inactive={first === undefined}
              onPointerEnter={fetchViewer}
              onClick={() => {
                if (first === undefined) return;
                fetchForViewer(first);
                navigate(`images/${first.id}`, { state: { opened: true, plays: true } });
              }}
            >
              <Play size={16} aria-hidden />
              <span className="wideLabel">{text.group.slideshow}</span>
            </Button>
          )}
          {isForOthers && <SharePage title={title} />}
          {actions}
        </span>
      </div>
      {description && <p className={styles.description}>{description}</p>}
    </div>
  );
}

/** The cover: a link to the viewer, or the page's component for photos. */
function Cover({
  image,
  group,
  isFirst,
  tile: Tile,
}: {
  image: Photograph;
  group: string;
  isFirst: boolean;
  tile: ComponentType<TileProps> | undefined;
}) {
  const navigate = useNavigate();
  const name = altOf(image, isFirst ? text.group.photo(1, group) : text.group.cover(group));
  const open = () => navigate(`images/${image.id}`, { state: { opened: true } });
  const photo = <Photo image={image} alt={name} sizes={coverSizes(image)} eager />;
  const link = (
    <Link
      id={isFirst ? photoId(image.id) : undefined}
      to={`images/${image.id}`}
      state={{ opened: true }}
      className={styles.picture}
      onFocus={fetchViewer}
      onPointerEnter={fetchViewer}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        fetchForViewer(image);
        openFrom(event.currentTarget, image, open);
      }}
    >
      {photo}
    </Link>
  );
  return Tile && isFirst ? (
    <div className={styles.picture}>
      <Tile image={image} name={name} style={whole} photo={photo} link={link} />
    </div>
  ) : (
    link
  );
}

const whole = { width: "100%", height: "100%" };
