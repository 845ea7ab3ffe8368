import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useRef } from "react";
import { isRightToLeft } from "../../text/locale";
import { viewerText as text } from "../../text/viewer";
import { formatsOf } from "../fetchPhoto";
import { captureGestures } from "./captureGestures";
import styles from "./Filmstrip.module.css";
import type { ViewerPhoto } from "./viewerPhoto";

/** The width of a photo and its gap in CSS pixels, as in the style sheet. */
const pitch = 64;

/** The scroll offset that centres a photo. */
const placeOf = (position: number) => (position + 0.5) * pitch - innerWidth / 2;

/** The sign of scroll offsets: negative from right to left. */
const direction = () => (isRightToLeft() ? -1 : 1);

/**
 * The loaded photos as a strip with the current one marked and centred. Only visible photos are in the document;
 * further pages are loaded near the end. The strip is one Tab stop.
 */
export const Filmstrip = memo(function Filmstrip({
  images,
  position,
  mayFetch,
  addressOf,
  onPick,
  loadMore,
}: {
  images: ViewerPhoto[];
  /** The index of the current photo; negative while it is not loaded. */
  position: number;
  /** Whether the photos may be fetched. They wait until the current photo has loaded. */
  mayFetch: boolean;
  /** The address of a photo. */
  addressOf: (id: string) => string;
  onPick: (position: number) => void;
  /** Absent if the list is complete. */
  loadMore?: () => void;
}) {
  const strip = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    horizontal: true,
    isRtl: isRightToLeft(),
    count: images.length,
    getScrollElement: () => strip.current,
    getItemKey: (index) => images[index]?.id ?? index,
    estimateSize: () => pitch,
    overscan: 4,
    initialOffset: Math.max(0, placeOf(position)),
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();

  const isKnown = position >= 0;
  useLayoutEffect(() => {
    const { current } = strip;
    // scrollToIndex would check the position in the next frames and force a layout in each.
    if (current !== null && isKnown) current.scrollLeft = direction() * placeOf(position);
  }, [position, isKnown]);
  useEffect(() => {
    const { current } = strip;
    if (current?.contains(document.activeElement))
      current.querySelector<HTMLElement>(`[data-position="${position}"]`)?.focus({ preventScroll: true });
  });
  useEffect(() => {
    const { current } = strip;
    if (current === null) return;
    const release = captureGestures(current);
    // A vertical mouse wheel scrolls the strip horizontally.
    const turn = ({ deltaX, deltaY }: WheelEvent) => {
      if (Math.abs(deltaY) > Math.abs(deltaX)) current.scrollLeft += direction() * deltaY;
    };
    current.addEventListener("wheel", turn, { passive: true });
    return () => {
      release();
      current.removeEventListener("wheel", turn);
    };
  }, []);

  const isEndNear = (items.at(-1)?.index ?? 0) >= images.length - 5;
  const more = useRef(loadMore);
  more.current = loadMore;
  const canLoad = isKnown && isEndNear && loadMore !== undefined;
  useEffect(() => {
    if (canLoad) more.current?.();
  }, [canLoad]);

  return (
    <nav ref={strip} className={styles.strip} aria-label={text.filmstrip} data-chrome>
      <div className={styles.film} style={{ width: virtual.getTotalSize() }}>
        {items.map(({ key, index, start }) => {
          const image = images[index];
          if (image === undefined) return null;
          const isCurrent = index === position;
          return (
            <a
              key={key}
              className={styles.frame}
              style={{ transform: `translateX(${direction() * start}px)` }}
              href={addressOf(image.id)}
              aria-label={text.nth(index + 1, image.title)}
              aria-current={isCurrent || undefined}
              tabIndex={isCurrent ? 0 : -1}
              data-position={index}
              draggable={false}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                onPick(index);
              }}
            >
              {mayFetch ? (
                <picture>
                  {formatsOf([image.low]).map(({ type, urls }) => (
                    <source key={type} type={type} srcSet={urls[0]} />
                  ))}
                  {/* Without lazy loading the image would be fetched before its `source` elements exist, and then again. */}
                  <img
                    loading="lazy"
                    src={image.low.url}
                    alt=""
                    decoding="async"
                    fetchPriority="low"
                    draggable={false}
                  />
                </picture>
              ) : (
                <img src={image.placeholder} alt="" draggable={false} />
              )}
            </a>
          );
        })}
      </div>
    </nav>
  );
});
