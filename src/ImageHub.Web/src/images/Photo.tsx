import { type CSSProperties, startTransition, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Photograph } from "../api/client";
import { alternatesOf, type GridPhoto, sourcesOf } from "./fetchPhoto";
import styles from "./Photo.module.css";

/**
 * A photo in a grid: a blurred placeholder, then the rendition that fits, in the smallest format the browser supports.
 * `style` or the parent sets the photo's size, so that loading does not shift the layout.
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
  /** The `sizes` attribute: the width at which the photo is shown. */
  sizes: string;
  /** Whether the photo is on the first screen and is fetched at once with priority. */
  eager?: boolean;
  style?: CSSProperties;
}) {
  const [isNear, setNear] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  // A format that becomes available later does not replace the visible image.
  const first = useRef(image);
  if (!isNear || first.current.high.url !== image.high.url) first.current = image;
  // Set after the first render: an image that has its address before its `source` elements would also be fetched as JPEG.
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
          className={`${styles.image} ${focusClasses(image)}`}
          srcSet={isNear ? sourcesOf(first.current) : undefined}
          sizes={sizes}
          src={isNear ? image.low.url : undefined}
          width={image.width}
          height={image.height}
          alt={alt}
          fetchPriority={eager ? "high" : "auto"}
          // The splash shows these photos already: asynchronous decoding would make them flicker.
          decoding={eager ? "sync" : "async"}
          draggable={false}
          onLoad={({ currentTarget }) => currentTarget.closest("span")?.setAttribute("data-loaded", "")}
        />
      </picture>
    </span>
  );
}

/**
 * Calls back when the element is less than half a screen away, until the returned function is called. `loading="lazy"` would
 * also fetch images that are much farther away and so delay visible images.
 */
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

/** The classes of a photo's focus point, in steps of 5 %. The server's first screen uses these classes too, because it has no inline styles. */
export function focusClasses({ focus }: Pick<GridPhoto, "focus">) {
  if (!focus) return "";
  const digits = [1, 2, 4, 8, 16] as const;
  const steps = { x: Math.round(focus.x * 20), y: Math.round(focus.y * 20) };
  return [
    styles.focused,
    ...digits.filter((digit) => steps.x & digit).map((digit) => styles[`x${digit}`]),
    ...digits.filter((digit) => steps.y & digit).map((digit) => styles[`y${digit}`]),
  ].join(" ");
}

/** The alternative text: the title, the description or `otherwise`, never the file name. */
export const altOf = (image: Pick<Photograph, "title" | "description">, otherwise: string) =>
  image.title || image.description || otherwise;
