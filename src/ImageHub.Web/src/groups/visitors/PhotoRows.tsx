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
import "react-photo-album/columns.css";
import { Link, useNavigate } from "react-router";
import type { Photograph } from "../../api/client";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { altOf, Photo } from "../../images/Photo";
import { fetchViewer, openFrom } from "../../images/viewer/openViewer";
import type { PagesOf } from "../../images/viewer/viewerContext";
import { fetchForViewer } from "../../images/viewer/viewerPhoto";
import { InfiniteScroll } from "../../paging/InfiniteScroll";
import { type PagedQuery, useNextPage } from "../../paging/useNextPage";
import { Failure } from "../../shell/Failure";
import { keyOf } from "../../shell/keyboard";
import { Waiting } from "../../shell/Waiting";
import { whenIdle, whenPageIsIdle } from "../../shell/whenIdle";
import { whenShown } from "../../shell/whenShown";
import { useSite } from "../../site/site";
import { text } from "../../text";
import styles from "./PhotoRows.module.css";
import { contentWidth, layOut, spacing } from "./photoLayout";
import { eagerPhotos, widthOf } from "./sizes";

const PrintSheet = whenShown(async () => (await import("./PrintSheet")).PrintSheet, true);

/** The props of a component that shows a photo in the layout. */
export interface TileProps {
  image: Photograph;
  /** The photo's name. */
  name: string;
  /** The photo's size. */
  style: CSSProperties;
  photo: ReactNode;
  /** The default content: a link to the viewer. */
  link: ReactNode;
}

/** Finds the element of a photo and renders it if necessary; null while its page is not loaded. */
export type FindPhoto = (id: string) => HTMLElement | null;

/**
 * A group's photos in the site's layout: rows, columns or one by one. Each photo links to the viewer, whose address is
 * below the page's address. Ctrl+P opens the print sheet.
 */
export function PhotoRows({
  images,
  count,
  group,
  cover,
  find,
  tile,
  hold,
}: Omit<Rows, "pages" | "eager" | "startsAt"> & {
  images: PagesOf<Photograph>;
  /** The cover above the photos, if any. If the cover is the first photo, the rows do not repeat it. */
  cover: Photograph | null;
}) {
  const loaded = images.data?.pages;
  const isRepeated = startsWith(loaded, cover);
  const firstItems = loaded?.[0]?.items;
  // The same array while further pages load, so that the first photos are not rendered again.
  const withoutCover = useMemo(() => firstItems && { items: firstItems.slice(1) }, [firstItems]);
  const pages = useMemo(
    () => (withoutCover && isRepeated ? [withoutCover, ...(loaded ?? []).slice(1)] : (loaded ?? [])),
    [loaded, withoutCover, isRepeated],
  );
  const [prints, setPrints] = useState(false);
  const endPrint = useCallback(() => setPrints(false), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isPrint = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && keyOf(event) === "p";
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
        <Notice icon={<ImageOff size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {text.group.emptyText}
        </Notice>
      ) : (
        <PhotoPages
          pages={pages}
          count={isRepeated ? count - 1 : count}
          startsAt={isRepeated ? 2 : 1}
          group={group}
          eager={eagerPhotos - (cover ? 1 : 0)}
          find={find}
          tile={tile}
          hold={hold}
        />
      )}
      <MorePhotos images={images} />
    </>
  );
}

/** Whether a cover is the first photo of the loaded pages. */
export const startsWith = (pages: { items: Photograph[] }[] | undefined, cover: Photograph | null) =>
  cover !== null && pages?.[0]?.items[0]?.id === cover.id;

/** The state of the next page, below the photos. */
export function MorePhotos({ images }: { images: PagedQuery }) {
  const loadNext = useNextPage(images);
  if (images.isFetchNextPageError)
    return (
      <p className={styles.next}>
        {text.group.moreFailed} <Button onClick={loadNext}>{text.common.tryAgain}</Button>
      </p>
    );
  return (
    images.hasNextPage && <InfiniteScroll load={loadNext} busy={images.isFetchingNextPage} waits={images.isFetching} />
  );
}

interface Rows {
  /** The loaded pages; empty while the first one is loading. */
  pages: { items: Photograph[] }[];
  /** The number of all photos. */
  count: number;
  /** The number of the first photo in the group, from 1. */
  startsAt?: number;
  /** The group's title, or another name for the set of photos. */
  group: string;
  /** The number of photos that are fetched at once and with priority. */
  eager: number;
  find: Ref<FindPhoto>;
  /** The query string of the photos' addresses: `?q=…`. */
  query?: string;
  /** The component that shows each photo; absent: a plain link. */
  tile?: ComponentType<TileProps>;
  /** Event handlers for presses on any photo. */
  hold?: DOMAttributes<HTMLElement>;
}

/** Pages of photos in the site's layout. Parts that are far from the viewport and the focus are empty elements. */
export function PhotoPages({ pages: loaded, count, startsAt = 1, group, eager, find, query = "", tile, hold }: Rows) {
  const [width, setWidth] = useState(contentWidth);
  const layout = useSite()?.layout;
  // The parts stay when a phone is turned, so that the focus and the photos in view stay, too.
  const [isNarrow] = useState(() => contentWidth() < narrow);
  // The first page has the same parts at every width, because the server's page shows its first photos in that layout.
  const pages = useMemo(
    () =>
      loaded.flatMap(({ items }, page) =>
        partsOf(items, isNarrow && layout !== "columns" && page > 0 ? fewTogether : mostTogether),
      ),
    [loaded, isNarrow, layout],
  );
  const followWidth = useCallback((albums: HTMLElement | null) => {
    if (albums === null) return;
    // The observer reports before the first paint. Reading the width here would force a layout during rendering.
    const observer = new ResizeObserver(() => flushSync(() => setWidth(albums.clientWidth)));
    observer.observe(albums);
    return () => observer.disconnect();
  }, []);

  useEffect(() => whenPageIsIdle(fetchViewer), []);

  /** The index of the part that has or had the focus; -1 if there is none. */
  const [focused, setFocused] = useState(-1);
  useImperativeHandle(find, () => (id) => {
    flushSync(() => setFocused(pages.findIndex((items) => items.some((image) => image.id === id))));
    return document.getElementById(photoId(id));
  });
  // The Tab key reaches only rendered photos, so the focused part, its neighbours, and the first and the last part are
  // rendered. The neighbours and the last part are rendered only once the browser is idle.
  const isWithinTab = (page: number) => Math.abs(page - focused) <= 1 || page === 0 || page === pages.length - 1;

  return (
    <div ref={followWidth} className={styles.albums} style={{ gap: spacing(width, layout) }} {...hold}>
      {pages.map((items, index) => (
        <Album
          key={items[0]?.id ?? index}
          images={items}
          page={index}
          first={pages.slice(0, index).reduce((sum, items) => sum + items.length, startsAt)}
          count={count}
          group={group}
          eager={eager + startsAt - 1}
          width={width}
          query={query}
          stays={index === focused || index === 0 ? "always" : isWithinTab(index) ? "whenIdle" : "near"}
          onFocus={setFocused}
          tile={tile}
        />
      ))}
      {pages.length === 0 && <Waiting />}
    </div>
  );
}

/** The maximum number of photos that are laid out and rendered together. */
const mostTogether = 40;
/**
 * The maximum for later pages on a page that opens narrower than `narrow` CSS pixels: a slow phone renders 12 photos within
 * a few frames. Does not apply to the layout in columns, because the columns of two parts do not line up.
 */
const [fewTogether, narrow] = [12, 700];

const parts = new WeakMap<Photograph[], { most: number; made: Photograph[][] }>();

/** The parts of a page that are laid out and rendered together: always the same arrays for the same page and maximum. */
function partsOf(items: Photograph[], most: number) {
  const known = parts.get(items);
  if (known?.most === most) return known.made;
  const count = Math.ceil(items.length / most);
  const size = Math.ceil(items.length / count);
  const made = Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
  parts.set(items, { most, made });
  return made;
}

/** A part of a page of photos, laid out independently of later parts. Far from the viewport it is an empty element. */
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
  /** The index of this part among all parts, from 0. */
  page: number;
  /** The number of this part's first photo in the group, from 1. */
  first: number;
  /** The number of photos in all parts, including pages that are not loaded yet. */
  count: number;
  group: string;
  /** The number of the last photo in the group, from 1, that is fetched at once and with priority. */
  eager: number;
  /** The available width in CSS pixels. */
  width: number;
  /** The query string of the photos' addresses. */
  query: string;
  /** When the photos are rendered: always, once the browser is idle, or only near the viewport. */
  stays: "always" | "whenIdle" | "near";
  /** Called with the index of this part when one of its photos gets the focus. */
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
  const [wasIdle, setWasIdle] = useState(false);
  useEffect(() => whenIdle(() => startTransition(() => setWasIdle(true))), []);
  const layout = useSite()?.layout;
  const { model, size, isComposed } = useMemo(
    () => layOut(images, width, count, layout),
    [images, width, count, layout],
  );
  return (
    <div ref={place} className={isComposed ? styles.composed : undefined} style={size} data-layout={layout}>
      {(isNear || stays === "always" || (stays === "whenIdle" && wasIdle)) && (
        <StaticPhotoAlbum
          layout={model?.horizontal === false ? "columns" : "rows"}
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
                    fetchForViewer(image);
                    openFrom(event.currentTarget, image, () =>
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

/** The element id of a photo. */
export const photoId = (id: string) => `photo-${id}`;
