import { type ReactNode, useEffect, useRef } from "react";
import { viewerText as text } from "../../text/viewer";
import { captureGestures } from "../viewer/captureGestures";
import type { ViewerPhoto } from "../viewer/Slide";
import styles from "./Aside.module.css";
import { Details, ListedDetails } from "./Details";

/** What stands beside a photo, on narrow windows below it: what it is called and shows, and its details when they are wanted. */
export function Aside({
  image,
  group,
  details,
  children,
}: {
  image: ViewerPhoto;
  group: string;
  /** Which details are shown: all that is known, or what the list says; absent: none. */
  details?: "all" | "listed";
  /** What else there is to the photo. */
  children?: ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current !== null) return captureGestures(place.current);
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: a long text is scrolled by the keyboard, too; nothing in it is a form's.
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
