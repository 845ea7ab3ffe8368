import { type CSSProperties, startTransition, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Photograph } from "../api/client";
import { alternatesOf, type GridPhoto, sourcesOf } from "./fetchPhoto";
import styles from "./Photo.module.css";

/**
 * A photo in a grid: its placeholder first (blurred), then low, medium or high, whichever fits the place, in the smallest format that the
 * browser shows. Its box is given by `style` or its parent, so that nothing moves when the bytes come.
 */
export function Photo({
  image,
  alt,
  sizes,
  eager = false,
  style,
}: {
  image: GridPhoto;
  alt: string;
  /** The width it is shown at, as the attribute `sizes` wants it. */
  sizes: string;
  /** Whether it is on the first screen: it is then fetched at once and first. */
  eager?: boolean;
  style?: CSSProperties;
}) {
  const [isNear, setNear] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  // A format that is made meanwhile does not replace what is in view.
  const first = useRef(image);
  if (!isNear || first.current.high.url !== image.high.url) first.current = image;
  // Not at first: an image that had its address before it stood beside the sources of its picture would be fetched as JPEG as well.
  useLayoutEffect(() => {
    if (eager) setNear(true);
  }, [eager]);
  useEffect(() => {
    if (!eager && !isNear && place.current !== null)
      return whenNear(place.current, () => startTransition(() => setNear(true)));
  }, [eager, isNear]);
  return (
    <span ref={place} className={styles.photo} style={style}>
      <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden />
      <picture>
        {isNear &&
          alternatesOf(first.current).map(({ type, srcSet }) => (
            <source key={type} type={type} srcSet={srcSet} sizes={sizes} />
          ))}
        <img
          className={styles.image}
          srcSet={isNear ? sourcesOf(first.current) : undefined}
          sizes={sizes}
          src={isNear ? image.low.url : undefined}
          width={image.width}
          height={image.height}
          alt={alt}
          fetchPriority={eager ? "high" : "auto"}
          // Those that stand here before the app does are not to vanish for a moment.
          decoding={eager ? "sync" : "async"}
          draggable={false}
          onLoad={({ currentTarget }) => currentTarget.closest("span")?.setAttribute("data-loaded", "")}
        />
      </picture>
    </span>
  );
}

/** Calls back once when the element is less than half a screen away. Browsers' own `loading="lazy"` fetches from much further, at the cost of what is in view. */
function whenNear(element: Element, callBack: () => void) {
  callBacks.set(element, callBack);
  observer.observe(element);
  return () => {
    callBacks.delete(element);
    observer.unobserve(element);
  };
}

const callBacks = new WeakMap<Element, () => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) callBacks.get(target)?.();
  },
  { rootMargin: "50%" },
);

/** What an image is called to somebody who does not see it: its title or description, never its file's name. */
export const altOf = (image: Pick<Photograph, "title" | "description">, otherwise: string) =>
  image.title || image.description || otherwise;
