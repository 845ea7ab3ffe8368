import { type ReactNode, useEffect, useRef } from "react";
import { viewerText as text } from "../../text/viewer";
import { captureGestures } from "../viewer/captureGestures";
import type { ViewerPhoto } from "../viewer/viewerPhoto";
import styles from "./Aside.module.css";
import { Details, ListedDetails } from "./Details";

/** The texts and the details of a photo, beside it or, on narrow windows, below it. */
export function Aside({
  image,
  group,
  details,
  children,
}: {
  image: ViewerPhoto;
  group: string;
  /** `all` fetches the photo's details, `listed` shows the data of the list; absent: no details. */
  details?: "all" | "listed";
  /** Further content, such as a note. */
  children?: ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current !== null) return captureGestures(place.current);
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: long texts must scroll by keyboard, and the group contains no form fields.
    <div ref={place} className={styles.aside} role="group" aria-label={text.about} tabIndex={0}>
      <div className={styles.words}>
        <p className={styles.group}>{group}</p>
        {image.title && <h2 className={styles.title}>{image.title}</h2>}
        {image.description && <p className={styles.description}>{image.description}</p>}
      </div>
      {details === "all" && <Details id={image.id} />}
      {details === "listed" && <ListedDetails image={image} />}
      {children}
    </div>
  );
}
