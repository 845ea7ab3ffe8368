import type { ReactNode } from "react";
import type { Photograph, Schemas } from "../../api/client";
import { Photo } from "../../images/Photo";
import { text } from "../../text";
import { days } from "../../text/format";
import styles from "./GroupHead.module.css";
import { coverWidth } from "./layout";

/** The head of a group's page: its cover, title, dates, facts and actions. */
export function GroupHead({
  cover,
  group: { title, description, imageCount, takenFrom, takenTo },
  facts,
  before,
  actions,
}: {
  /** Null for a group of a few photos, which fit on one screen. */
  cover: Photograph | null;
  group: Pick<Schemas["GroupResponse"], "title" | "description" | "imageCount" | "takenFrom" | "takenTo">;
  /** Facts after the number of photos. */
  facts?: ReactNode;
  /** Content above the title. */
  before?: ReactNode;
  /** Actions at the end. */
  actions?: ReactNode;
}) {
  return (
    <div className={`${styles.head} ${cover ? styles.below : ""}`}>
      {cover && (
        <div className={styles.cover}>
          <Photo image={cover} alt="" sizes={coverWidth} eager style={{ width: "100%", height: "100%" }} />
        </div>
      )}
      {before}
      <h1 className={styles.title}>{title}</h1>
      {description && <p className={styles.description}>{description}</p>}
      <div className={styles.facts}>
        <span className={styles.known}>
          {takenFrom && takenTo && <span>{days(takenFrom, takenTo)}</span>}
          <span>{text.common.photos(imageCount)}</span>
          {facts}
        </span>
        <span className={styles.actions}>{actions}</span>
      </div>
    </div>
  );
}
