import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { ImageOff } from "lucide-react";
import {
  type ComponentType,
  type CSSProperties,
  type DOMAttributes,
  memo,
  type ReactNode,
  type Ref,
  Suspense,
  startTransition,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { StaticPhotoAlbum } from "react-photo-album";
import "react-photo-album/rows.css";
import { Link, useNavigate } from "react-router";
import type { Photograph } from "../../api/client";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { altOf, Photo } from "../../images/Photo";
import { fetchViewer, openFrom } from "../../images/viewer/openViewer";
import type { PagesOf } from "../../images/viewer/viewerContext";
import { Failure } from "../../shell/Failure";
import { NextPage } from "../../shell/NextPage";
import { Waiting } from "../../shell/Waiting";
import { whenShown } from "../../shell/whenShown";
import { text } from "../../text";
import { contentWidth, eagerPhotos, layOut, spacing, widthOf } from "./layout";
import styles from "./PhotoRows.module.css";

const PrintSheet = whenShown(async () => (await import("./PrintSheet")).PrintSheet);

/** What shows a photo in its row. */
export interface TileProps {
  image: Photograph;
  /** What it is called. */
  name: string;
  /** Its size. */
  style: CSSProperties;
  photo: ReactNode;
  /** The photo as it stands there by default, which leads to the viewer. */
  link: ReactNode;
}

/** Finds the element of a photo, which is brought into the document if need be; null while its page has not come. */
export type FindPhoto = (id: string) => HTMLElement | null;

/**
 * A group's photos in justified rows, page after page. Each leads to the viewer below the page's own address. However many there
 * are, only the pages near the window are in the document.
 */
export function PhotoRows({
  images,
  count,
  group,
  belowCover,
  find,
  tile,
  hold,
}: Omit<Rows, "pages" | "eager"> & {
  images: PagesOf<Photograph>;
  /** Whether a cover stands above them, which is on the first screen, too. */
  belowCover: boolean;
}) {
  const pages = images.data?.pages ?? [];
  const [prints, setPrints] = useState(false);
  const endPrint = useCallback(() => setPrints(false), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isPrint = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "p";
      if (!isPrint || document.querySelector("[data-viewer-open], [data-scrim], dialog[open]")) return;
      event.preventDefault();
      setPrints(true);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
  return (
    <>
      {prints && (
        <Suspense>
          <PrintSheet images={images} onDone={endPrint} />
        </Suspense>
      )}
      {images.data === undefined && images.error ? (
        <Failure error={images.error} again={images.refetch} />
      ) : count === 0 && pages.length > 0 ? (
        <Notice icon={<ImageOff size={32} strokeWidth={1.5} aria-hidden />} title={text.group.empty}>
          {text.group.emptyText}
        </Notice>
      ) : (
        <PhotoPages
          pages={pages}
          count={count}
          group={group}
          eager={eagerPhotos - (belowCover ? 1 : 0)}
          find={find}
          tile={tile}
          hold={hold}
        />
      )}
      <MorePhotos images={images} />
    </>
  );
}

/** Photos of which further pages can be loaded. */
export type NextPages = Pick<
  UseInfiniteQueryResult,
  "hasNextPage" | "isFetchingNextPage" | "isFetchNextPageError" | "fetchNextPage"
>;

/** What stands below photos of which there may be more. */
export function MorePhotos({ images }: { images: NextPages }) {
  if (images.isFetchNextPageError)
    return (
      <p className={styles.next}>
        {text.group.moreFailed} <Button onClick={() => images.fetchNextPage()}>{text.common.tryAgain}</Button>
      </p>
    );
  return images.hasNextPage && <NextPage load={images.fetchNextPage} busy={images.isFetchingNextPage} />;
}

interface Rows {
  /** What has come; none: the first is awaited. */
  pages: { items: Photograph[] }[];
  /** How many there are in all. */
  count: number;
  /** The group's title, or what they have in common otherwise. */
  group: string;
  /** How many of them are fetched at once and first. */
  eager: number;
  find: Ref<FindPhoto>;
  /** What follows the addresses of photos: `?q=…`. */
  query?: string;
  /** Shows each photo; absent: by a link alone. */
  tile?: ComponentType<TileProps>;
  /** Hears of presses on them all. */
  hold?: DOMAttributes<HTMLElement>;
}

/** Pages of photos in justified rows, of which only those near the window are in the document. */
export function PhotoPages({ pages, count, group, eager, find, query = "", tile, hold }: Rows) {
  const [width, setWidth] = useState(contentWidth);
  const followWidth = useCallback((albums: HTMLElement | null) => {
    if (albums === null) return;
    // Hears of it before it is first painted. To ask here would have the page laid out in the middle of being made.
    const observer = new ResizeObserver(() => flushSync(() => setWidth(albums.clientWidth)));
    observer.observe(albums);
    return () => observer.disconnect();
  }, []);

  /** The page that has the focus, or had it last. */
  const [focused, setFocused] = useState(-1);
  useImperativeHandle(find, () => (id) => {
    flushSync(() => setFocused(pages.findIndex(({ items }) => items.some((image) => image.id === id))));
    return document.getElementById(photoId(id));
  });
  // The Tab key finds only what is in the document: from a photo to its neighbours, and into the photos from both sides.
  const isWithinTab = (page: number) => Math.abs(page - focused) <= 1 || page === 0 || page === pages.length - 1;

  return (
    <div ref={followWidth} className={styles.albums} style={{ gap: spacing(width) }} {...hold}>
      {pages.map(({ items }, index) => (
        <Album
          key={items[0]?.id ?? index}
          images={items}
          page={index}
          first={pages.slice(0, index).reduce((sum, page) => sum + page.items.length, 1)}
          count={count}
          group={group}
          eager={eager}
          width={width}
          query={query}
          stays={isWithinTab(index)}
          onFocus={setFocused}
          tile={tile}
        />
      ))}
      {pages.length === 0 && <Waiting />}
    </div>
  );
}

/** One page of photos; it is laid out once and never again when others follow. Far from the window it is empty, and as large. */
const Album = memo(function Album({
  images,
  page,
  first,
  count,
  group,
  eager,
  width,
  query,
  stays,
  onFocus,
  tile: Tile,
}: {
  images: Photograph[];
  /** Its place among the pages, from 0. */
  page: number;
  /** The place of its first photo in the group, from 1. */
  first: number;
  /** How many photos the group has. */
  count: number;
  group: string;
  /** How many of the group's photos are fetched at once and first. */
  eager: number;
  /** The width there is, in CSS pixels. */
  width: number;
  /** What follows the addresses of photos. */
  query: string;
  /** Whether it is in the document wherever the window is. */
  stays: boolean;
  /** Hears of the page when one of its photos gets the focus. */
  onFocus: (page: number) => void;
  tile: ComponentType<TileProps> | undefined;
}) {
  const navigate = useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const look = (entries: IntersectionObserverEntry[]) =>
      startTransition(() => setNear(entries.at(-1)?.isIntersecting === true));
    const observer = new IntersectionObserver(look, { rootMargin: "200% 0px" });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const { model, size, isComposed } = useMemo(() => layOut(images, width, count), [images, width, count]);
  return (
    <div ref={place} className={isComposed ? styles.composed : undefined} style={size}>
      {(isNear || stays) && (
        <StaticPhotoAlbum
          layout="rows"
          model={model}
          render={{
            photo: (_, { photo: { image }, index, width, height }) => {
              const style = { width, height };
              const name = altOf(image, text.group.photo(first + index, group));
              const photo = (
                <Photo image={image} alt={name} sizes={widthOf(width)} eager={first + index <= eager} style={whole} />
              );
              const link = (
                <Link
                  id={photoId(image.id)}
                  to={`images/${image.id}${query}`}
                  state={{ opened: true }}
                  className={styles.photo}
                  style={style}
                  onFocus={() => {
                    onFocus(page);
                    fetchViewer();
                  }}
                  onPointerEnter={fetchViewer}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
                    event.preventDefault();
                    openFrom(event.currentTarget, () =>
                      navigate(`images/${image.id}${query}`, { state: { opened: true } }),
                    );
                  }}
                >
                  {photo}
                </Link>
              );
              return Tile ? <Tile image={image} name={name} style={style} photo={photo} link={link} /> : link;
            },
          }}
        />
      )}
    </div>
  );
});

const whole = { width: "100%", height: "100%" };

/** The element of a photo. */
export const photoId = (id: string) => `photo-${id}`;
