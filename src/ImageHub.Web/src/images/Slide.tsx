import { useLayoutEffect, useRef, useState } from "react";
import type { Photograph } from "../api/client";
import { text } from "../text";
import { browserShows } from "./formats";
import styles from "./Slide.module.css";

/** What the viewer needs of a photo. */
export type Viewed = Pick<Photograph, "id" | "title" | "description" | "placeholder"> & {
  low: Pick<Source, "url">;
  high: Source;
  /** Absent where its viewer may not have it. */
  full?: Source & Pick<Photograph["full"], "contentType">;
};

type Source = Pick<Photograph["high"], "url" | "width" | "height">;

/**
 * One photo in the viewer: the placeholder, then the high image, and the full one above it as soon as it is zoomed beyond the
 * high one's pixels - never before. What is left before its bytes have come is not fetched on.
 */
export function Slide({
  image,
  alt,
  zoom,
  place,
}: {
  image: Viewed;
  alt: string;
  /** How far it is zoomed in; 1 fits it into its place. */
  zoom: number;
  /** The space it has, in CSS pixels. */
  place: { width: number; height: number };
}) {
  const largest = shownSize(image);
  const width = Math.min(place.width, (place.height / largest.height) * largest.width, largest.width);
  const height = (width / largest.width) * largest.height;
  const [failed, setFailed] = useState(false);
  const [wantsFull, setWantsFull] = useState(false);
  const [hasFull, setHasFull] = useState(false);
  const { high, full } = image;
  const beyondHigh = width * zoom * devicePixelRatio > high.width + 1;
  const hasMore = full !== undefined && full.width > high.width && browserShows(full.contentType);
  if (!wantsFull && zoom > 1 && beyondHigh && hasMore) setWantsFull(true);

  return (
    <span className={styles.slide} style={{ width, height }} data-resolution={hasFull ? "full" : "high"}>
      <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden draggable={false} />
      <Fetched key={high.url} url={high.url} alt={alt} onFailed={() => setFailed(true)} />
      {wantsFull && full && (
        <Fetched
          url={full.url}
          alt=""
          onShown={() => setHasFull(true)}
          onFailed={() => setWantsFull(false)}
          hiddenUntilDecoded
        />
      )}
      {failed && <span className={styles.failed}>{text.viewer.failed}</span>}
    </span>
  );
}

/** The most pixels the viewer can show of an image. */
export const shownSize = ({ full, high }: Viewed) => (full && browserShows(full.contentType) ? full : high);

/** An image whose request ends with it: removing an element alone would let it go on. */
function Fetched({
  url,
  alt,
  onShown,
  onFailed,
  hiddenUntilDecoded = false,
}: {
  url: string;
  alt: string;
  onShown?: () => void;
  onFailed?: () => void;
  hiddenUntilDecoded?: boolean;
}) {
  const element = useRef<HTMLImageElement>(null);
  const [isDecoded, setDecoded] = useState(false);
  useLayoutEffect(() => {
    const image = element.current;
    if (image === null) return;
    image.src = url;
    return () => {
      if (!image.complete) image.removeAttribute("src");
    };
  }, [url]);
  return (
    <img
      ref={element}
      className={styles.image}
      hidden={hiddenUntilDecoded && !isDecoded}
      alt={alt}
      draggable={false}
      onLoad={(event) => {
        void event.currentTarget
          .decode()
          .catch(() => undefined)
          .then(() => {
            setDecoded(true);
            onShown?.();
          });
      }}
      onError={onFailed}
    />
  );
}
