import { viewerText as text } from "../../text/viewer";
import styles from "./Caption.module.css";
import type { ViewerPhoto } from "./viewerPhoto";

/** The title and the description of a photo, below it. The caption keeps its space for photos without texts. */
export const Caption = ({ image: { title, description } }: { image: ViewerPhoto }) => (
  // biome-ignore lint/a11y/useSemanticElements: the group contains no form fields.
  <div className={styles.caption} role="group" aria-label={text.about} data-chrome>
    {title && <h2 className={styles.title}>{title}</h2>}
    {description && <p className={styles.description}>{description}</p>}
  </div>
);
