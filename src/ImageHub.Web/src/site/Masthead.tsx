import { text } from "../text";
import styles from "./Masthead.module.css";
import type { Site } from "./site";

/** The head of the gallery: its title, and if present its introduction and its photographer. */
export function Masthead({
  title,
  introduction,
  photographer,
  level: Title = "h1",
}: Partial<Pick<Site, "title" | "introduction" | "photographer">> & { level?: "h1" | "p" }) {
  return (
    <div className={styles.masthead}>
      <Title className={styles.title}>{title ?? "\u00a0"}</Title>
      {introduction && <p className={styles.introduction}>{introduction}</p>}
      {photographer && <p className={styles.photographer}>{text.gallery.by(photographer)}</p>}
    </div>
  );
}
