import { Download } from "lucide-react";
import type { ReactNode } from "react";
import type { Photograph } from "../api/client";
import { buttonClass } from "../design/Button";
import { Photo } from "../images/Photo";
import { text } from "../text";
import styles from "./GroupHead.module.css";
import { coverWidth } from "./layout";

/** What a group's page begins with: its cover, its title, what there is, and the ZIP of it all. */
export function GroupHead({
  cover,
  title,
  description,
  count,
  facts,
  archive,
  before,
  actions,
}: {
  /** Null: a group whose photos are seen at a glance. */
  cover: Photograph | null;
  title: string;
  description: string | null | undefined;
  /** How many images there are. */
  count: number;
  /** Said behind their number. */
  facts?: ReactNode;
  /** The ZIP's address. */
  archive: string;
  /** Above the title. */
  before?: ReactNode;
  /** Beside the download. */
  actions?: ReactNode;
}) {
  return (
    <div className={`${styles.head} ${cover ? styles.below : styles.alone}`}>
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
          <span>{text.common.photos(count)}</span>
          {facts}
        </span>
        <span className={styles.actions}>
          {actions}
          {count > 0 && (
            <a href={archive} className={buttonClass()} download aria-label={text.group.downloadSize(count)}>
              <Download size={16} aria-hidden />
              {text.group.download}
            </a>
          )}
        </span>
      </div>
    </div>
  );
}
