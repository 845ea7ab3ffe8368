import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Photograph } from "../../api/client";
import { viewerText as text } from "../../text/viewer";
import { formatsOf, type Rendition } from "../fetchPhoto";
import { browserShows, jpegOf } from "../imageFormats";
import styles from "./Slide.module.css";

/** The data that the viewer needs of a photo. */
export type ViewerPhoto = Pick<Photograph, "id" | "title" | "description" | "placeholder" | "fileName"> &
  Partial<Pick<Photograph, "tags" | "width" | "height">> & {
    low: Rendition;
    high: Source;
    /** Absent if the viewer's user may not see it. */
    full?: Source & Pick<Photograph["full"], "contentType">;
  };

/** The loading state of the full image. */
export type FullState = "unasked" | "coming" | "shown" | "failed";

type Source = Rendition &
  Pick<Photograph["high"], "width" | "height"> &
  Partial<Pick<Photograph["high"], "bytes" | "contentType">>;

/**
 * A photo in the viewer: the placeholder, the `high` rendition, and the full image once zooming exceeds the pixels of
 * `high`. Formats that browsers cannot show are requested as JPEG. Leaving a photo cancels its requests.
 */
export function Slide({
  image,
  alt,
  zoom,
  place,
  isCurrent,
  onThere,
  onFull,
}: {
  image: ViewerPhoto;
  alt: string;
  /** The zoom factor; 1 fits the photo into its space. */
  zoom: number;
  /** The available space in CSS pixels. */
  place: { width: number; height: number };
  /** Whether the photo is the current one, not a neighbour. */
  isCurrent: boolean;
  /** Called once the current photo has loaded or failed. */
  onThere: () => void;
  /** Called with each loading state of the full image. */
  onFull: (state: FullState) => void;
}) {
  const largest = shownSize(image);
  const width = Math.min(place.width, (place.height / largest.height) * largest.width, largest.width);
  const height = (width / largest.width) * largest.height;
  const [failed, setFailed] = useState(false);
  const [isShown, setShown] = useState(false);
  const [fullState, setFullState] = useState<FullState>("unasked");
  const { high, full } = image;
  const beyondHigh = width * zoom * devicePixelRatio > high.width + 1;
  const hasMore = full !== undefined && full.width > high.width;
  if (fullState === "unasked" && zoom > 1 && beyondHigh && hasMore) setFullState("coming");
  // Zooming in again retries a failed image.
  if (fullState === "failed" && zoom <= 1) setFullState("unasked");

  const tell = useRef(onFull);
  tell.current = onFull;
  useEffect(() => tell.current(fullState), [fullState]);
  useEffect(() => () => tell.current("unasked"), []);
  const arrive = useRef(onThere);
  arrive.current = onThere;
  const isThere = isCurrent && (isShown || failed);
  useEffect(() => {
    if (isThere) arrive.current();
  }, [isThere]);

  return (
    <span className={styles.slide} style={{ width, height }} data-resolution={fullState === "shown" ? "full" : "high"}>
      <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden draggable={false} />
      <Fetched
        key={high.url}
        rendition={high}
        alt={alt}
        onShown={() => {
          setShown(true);
          setFailed(false);
        }}
        onFailed={() => setFailed(true)}
      />
      {(fullState === "coming" || fullState === "shown") && full && (
        <Fetched
          rendition={browserShows(full.contentType) ? full : { url: jpegOf(full.url) }}
          alt=""
          onShown={() => setFullState("shown")}
          onFailed={() => setFullState("failed")}
          hiddenUntilDecoded
        />
      )}
      {failed && <span className={styles.failed}>{text.failed}</span>}
    </span>
  );
}

/** The largest available size of a photo. */
export const shownSize = ({ full, high }: ViewerPhoto) => full ?? high;

/** An image whose request is cancelled on unmount. Removing the element alone would not cancel it. */
function Fetched({
  rendition,
  alt,
  onShown,
  onFailed,
  hiddenUntilDecoded = false,
}: {
  rendition: Rendition;
  alt: string;
  onShown?: () => void;
  onFailed?: () => void;
  hiddenUntilDecoded?: boolean;
}) {
  const element = useRef<HTMLImageElement>(null);
  const [isDecoded, setDecoded] = useState(false);
  const { url } = rendition;
  // The formats of the first rendering: a format that becomes available later does not replace the visible image.
  const [sources] = useState(() => formatsOf([rendition]));
  useLayoutEffect(() => {
    const image = element.current;
    if (image === null) return;
    const elements = [...(image.parentElement?.querySelectorAll("source") ?? [])];
    elements.forEach((source, number) => {
      source.srcset = sources[number]?.urls[0] ?? "";
    });
    image.src = url;
    return () => {
      if (image.complete) return;
      image.removeAttribute("src");
      for (const source of elements) source.removeAttribute("srcset");
    };
  }, [url, sources]);
  const shown = (
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
  return (
    <picture>
      {sources.map(({ type }) => (
        <source key={type} type={type} />
      ))}
      {shown}
    </picture>
  );
}
