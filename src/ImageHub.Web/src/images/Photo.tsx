import type { CSSProperties } from "react";
import type { Image } from "../api/client";
import styles from "./Photo.module.css";

/**
 * A photo in a grid: its placeholder first (blurred), then low or high, whichever fits the place. Its box is given by
 * `style` or its parent, so that nothing moves when the bytes come.
 */
export function Photo({
  image,
  alt,
  sizes,
  eager = false,
  style,
}: {
  image: Image;
  alt: string;
  /** The width it is shown at, as the attribute `sizes` wants it. */
  sizes: string;
  /** Whether it is on the first screen: it is then fetched at once and first. */
  eager?: boolean;
  style?: CSSProperties;
}) {
  return (
    <span className={styles.photo} style={style}>
      <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden />
      <img
        className={styles.image}
        srcSet={`${image.low.url} ${image.low.width}w, ${image.high.url} ${image.high.width}w`}
        sizes={sizes}
        src={image.low.url}
        width={image.width}
        height={image.height}
        alt={alt}
        loading={eager ? "eager" : "lazy"}
        fetchPriority={eager ? "high" : "auto"}
        decoding="async"
        draggable={false}
      />
    </span>
  );
}

/** What an image is called to somebody who does not see it: its title or description, never its file's name. */
export const altOf = (image: Image, otherwise: string) => image.title || image.description || otherwise;
