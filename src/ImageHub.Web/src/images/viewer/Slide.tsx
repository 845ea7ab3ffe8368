import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { viewerText as text } from "../../text/viewer";
import { formatsOf, type Rendition, type SizedRendition, sharpest } from "../fetchPhoto";
import { browserShows, jpegOf } from "../imageFormats";
import styles from "./Slide.module.css";
import { fittedWidth, renditionsOf, shownSize, takeOver, type ViewerPhoto } from "./viewerPhoto";

/** The loading state of the full image. */
export type FullState = "unasked" | "coming" | "shown" | "failed";

/**
 * A photo in the viewer: first the page's loaded preview or the placeholder, then the smallest sharp rendition. Zooming
 * requests larger renditions and the full image, as JPEG if browsers cannot show its format. Leaving the photo cancels its
 * requests.
 */
export const Slide = memo(function Slide({
  image,
  alt,
  zoom,
  availableWidth,
  availableHeight,
  isCurrent,
  mayFetch,
  onThere,
  onFull,
}: {
  image: ViewerPhoto;
  alt: string;
  /** The zoom factor; 1 fits the photo into its space. */
  zoom: number;
  /** The available width in CSS pixels. */
  availableWidth: number;
  /** The available height in CSS pixels. */
  availableHeight: number;
  /** Whether the photo is the current one, not a neighbour. */
  isCurrent: boolean;
  /** Whether the photo may be fetched. Neighbours wait until the current photo has loaded. */
  mayFetch: boolean;
  /** Called with the photo's id once the current photo has loaded or failed. */
  onThere: (id: string) => void;
  /** Called with the photo's id and each loading state of the full image. */
  onFull: (id: string, state: FullState) => void;
}) {
  const largest = shownSize(image);
  const width = fittedWidth(image, { width: availableWidth, height: availableHeight });
  const height = (width / largest.width) * largest.height;
  const [failed, setFailed] = useState(false);
  const [shownUrl, setShownUrl] = useState<string>();
  const [fullState, setFullState] = useState<FullState>("unasked");
  const [preview] = useState(() => previewOf(image.id));
  const renditions = renditionsOf(image);
  const wanted = sharpest(renditions, width * zoom * devicePixelRatio);

  // The renditions that have been requested, in the order of their widths. Each covers the previous one.
  const [asked, setAsked] = useState<SizedRendition[]>([]);
  const last = asked.at(-1);
  if (mayFetch && (last === undefined || wanted.width > last.width)) setAsked([...asked, wanted]);

  const { full } = image;
  const sharpestWidth = renditions.at(-1)?.width ?? 0;
  const beyondRenditions = width * zoom * devicePixelRatio > sharpestWidth + 1;
  const hasMore = !!full && full.width > sharpestWidth;
  if (fullState === "unasked" && zoom > 1 && beyondRenditions && hasMore) setFullState("coming");
  // Zooming in again retries a failed image.
  if (fullState === "failed" && zoom <= 1) setFullState("unasked");

  const { id } = image;
  useEffect(() => onFull(id, fullState), [onFull, id, fullState]);
  useEffect(() => () => onFull(id, "unasked"), [onFull, id]);
  const isThere = isCurrent && (shownUrl !== undefined || failed);
  useEffect(() => {
    if (isThere) onThere(id);
  }, [onThere, id, isThere]);

  return (
    <span
      className={styles.slide}
      style={{ width, height }}
      data-resolution={fullState === "shown" ? "full" : nameOf(image, shownUrl)}
    >
      <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden draggable={false} />
      {preview && <img className={styles.image} src={preview} alt="" aria-hidden draggable={false} />}
      {asked.map((rendition, number) => (
        <Fetched
          key={rendition.url}
          rendition={rendition}
          alt={number === 0 ? alt : ""}
          isUrgent={isCurrent}
          onShown={() => {
            setShownUrl(rendition.url);
            setFailed(false);
          }}
          onFailed={() => number === 0 && setFailed(true)}
          hiddenUntilDecoded={number > 0 || preview !== undefined}
        />
      ))}
      {(fullState === "coming" || fullState === "shown") && full && (
        <Fetched
          rendition={browserShows(full.contentType) ? full : { url: jpegOf(full.url) }}
          alt=""
          isUrgent={isCurrent}
          onShown={() => setFullState("shown")}
          onFailed={() => setFullState("failed")}
          hiddenUntilDecoded
        />
      )}
      {failed && <span className={styles.failed}>{text.failed}</span>}
    </span>
  );
});

/** The name of the rendition with an address. */
const nameOf = (image: ViewerPhoto, url: string | undefined) =>
  (["medium", "high", "large"] as const).find((name) => image[name]?.url === url) ?? "preview";

/** The address of the picture that the page behind the viewer shows of a photo; absent if it has not loaded. */
function previewOf(id: string) {
  const shown = document.querySelector<HTMLImageElement>(`#photo-${CSS.escape(id)} picture img`);
  return shown?.complete && shown.naturalWidth > 0 ? shown.currentSrc : undefined;
}

/** An image whose request is cancelled on unmount. Removing the element alone would not cancel it. */
function Fetched({
  rendition,
  alt,
  isUrgent,
  onShown,
  onFailed,
  hiddenUntilDecoded = false,
}: {
  rendition: Rendition;
  alt: string;
  /** Whether the image is fetched before others. */
  isUrgent: boolean;
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
    takeOver();
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
      fetchPriority={isUrgent ? "high" : "low"}
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
