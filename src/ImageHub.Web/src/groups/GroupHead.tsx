import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "../design/Button";
import { text } from "../text";
import styles from "./GroupHead.module.css";

/** What a group's page begins with: its title, what there is, and the ZIP of it all. */
export function GroupHead({
  title,
  description,
  count,
  facts,
  archive,
  before,
  actions,
}: {
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
    <div className={styles.head}>
      {before}
      <h1>{title}</h1>
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
