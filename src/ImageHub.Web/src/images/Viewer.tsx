import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";
import { Info, X, ZoomIn, ZoomOut } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate, useOutletContext, useParams } from "react-router";
import Lightbox, { type SlideImage, useController } from "yet-another-react-lightbox";
import Thumbnails from "yet-another-react-lightbox/plugins/thumbnails";
import Zoom from "yet-another-react-lightbox/plugins/zoom";
import "yet-another-react-lightbox/plugins/thumbnails.css";
import "yet-another-react-lightbox/styles.css";
import { Button } from "../design/Button";
import { Failure, Missing } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { Details } from "./Details";
import { Downloads } from "./Downloads";
import { formatsOf } from "./fetchPhoto";
import { browserShows } from "./formats";
import { altOf } from "./Photo";
import { imageById } from "./queries";
import { type FullState, Slide, shownSize, type Viewed } from "./Slide";
import { Steps } from "./Steps";
import styles from "./Viewer.module.css";

declare module "yet-another-react-lightbox" {
  interface SlideImage {
    image: Viewed;
  }
}

/** Pages of photos, of which further ones can be loaded. */
export type PagesOf<T extends Viewed> = UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;

/** What the page below hands to the viewer above it. */
export interface ViewerContext {
  /** The page's own address. */
  at: string;
  /** The group's title. */
  title: string;
  /** How many photos there are in all; absent: nobody knows before the last page has come. */
  count?: number;
  images: PagesOf<Viewed>;
  /** Whether more can be read of each photo. */
  hasDetails: boolean;
  /** Whether a photo can be read by itself, before its page of the list has come. */
  opensAlone: boolean;
  /** Hears of each photo that is shown. */
  onView: (id: string) => void;
}

/**
 * `/groups/:groupId/images/:imageId`: one photo at a time. Opened from the group it takes one step of the history, however many
 * photos are looked at; opened cold it shows its photo at once, and the others as soon as the pages up to it have come.
 */
export function Viewer() {
  const { imageId = "" } = useParams();
  const { at, title: group, count, images, hasDetails, opensAlone, onView } = useOutletContext<ViewerContext>();
  const { state } = useLocation();
  const navigate = useNavigate();

  // Deferred, so that a page that comes and a key press are never rendered as one: the viewer would forget the press.
  const loaded = useMemo(() => images.data?.pages.flatMap((page) => page.items) ?? [], [images.data]);
  const listed = useDeferredValue(loaded);
  // The address follows when somebody stops to look: browsers refuse hundreds of changes in a row.
  const [viewed, setViewed] = useState(imageId);
  const toViewed = () => navigate(`${at}/images/${viewed}`, { replace: true, state });
  const follow = useRef(toViewed);
  follow.current = toViewed;
  // It may be closed before that: the address of a photo would open it again.
  const isClosed = useRef(false);
  useEffect(() => {
    onView(viewed);
    if (viewed === imageId) return;
    const timer = setTimeout(() => isClosed.current || follow.current(), 150);
    return () => clearTimeout(timer);
  }, [viewed, imageId, onView]);

  const position = indexOf(listed, viewed);
  const cold = useQuery({ ...imageById(viewed), enabled: opensAlone && position < 0 });
  const single = useMemo(() => (cold.data ? [cold.data] : []), [cold.data]);
  const shown = position < 0 ? single : listed;
  const slides = useMemo(() => shown.map(slideOf), [shown]);
  // Where it stands, at once: what is rendered lags behind, and must not pull it back.
  const seen = useRef(imageId);
  const index = useMemo(() => Math.max(indexOf(shown, seen.current), 0), [shown]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = images;

  // On to the photo's own page when it was opened cold, and to the next page in good time when walking.
  const needsMore = position < 0 ? listed.length > 0 : position >= listed.length - 5;
  useEffect(() => {
    if (needsMore && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [needsMore, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  const [showsDetails, setShowsDetails] = useState(false);
  const [fullStates, setFullStates] = useState<Record<string, FullState>>({});
  const [wide] = useState(() => matchMedia("(min-width: 700px) and (min-height: 500px)").matches);
  const close = () => {
    isClosed.current = true;
    if (viewed !== imageId) toViewed();
    if (state?.opened) navigate(-1);
    else navigate(at, { replace: true });
  };

  if (cold.error !== null && position < 0) return <Failure error={cold.error} again={cold.refetch} />;
  const current = shown[Math.max(position, 0)];
  if (current === undefined) return hasNextPage || images.isPending ? null : <Missing />;
  const title = altOf(current, text.viewer.untitled);
  const total =
    count === undefined && hasNextPage ? text.common.atLeast(listed.length) : text.common.count(count ?? listed.length);
  return (
    <>
      <PageTitle>{current.title || group}</PageTitle>
      <Lightbox
        open
        close={close}
        className={styles.viewer}
        noScroll={{ disabled: true }}
        portal={{ container: { "data-viewer-open": true } as object }}
        slides={slides}
        index={index}
        plugins={wide ? [Steps, Zoom, Thumbnails] : [Steps, Zoom]}
        carousel={{ finite: true, preload: 2, padding: 0, spacing: 24 }}
        animation={{ fade: 140, swipe: 180, navigation: 140, zoom: 140 }}
        zoom={{ scrollToZoom: true, pinchZoomV4: true, maxZoomPixelRatio: enlarged(current) }}
        thumbnails={{ width: 72, height: 48, border: 0, borderRadius: 3, padding: 0, gap: 6, vignette: false }}
        stillToCome={{ slides, before: position < 0, after: position < 0 || hasNextPage || listed !== loaded }}
        controller={{ closeOnPullDown: true, closeOnEscape: !showsDetails }}
        labels={{
          Lightbox: text.viewer.name(group),
          "Photo gallery": text.viewer.name(group),
          Thumbnails: text.viewer.filmstrip,
        }}
        on={{
          view: ({ index: now }) => {
            const image = shown[now];
            if (image === undefined || image.id === seen.current) return;
            seen.current = image.id;
            setViewed(image.id);
          },
        }}
        toolbar={{
          buttons: [
            hasDetails && (
              <Button
                key="details"
                look="quiet"
                aria-label={text.viewer.details}
                title={text.viewer.details}
                aria-pressed={showsDetails}
                onClick={() => setShowsDetails(!showsDetails)}
              >
                <Info size={20} aria-hidden />
              </Button>
            ),
            current.full && <Downloads key="download" full={current.full} />,
            "zoom",
            "close",
          ],
        }}
        render={{
          slide: ({ slide, rect, zoom, offset }) => {
            const { image } = slide as SlideImage;
            return (
              <Slide
                image={image}
                alt={altOf(image, text.viewer.untitled)}
                zoom={offset === 0 ? (zoom ?? 1) : 1}
                place={rect}
                onFull={(state) =>
                  setFullStates((all) => (all[image.id] === state ? all : { ...all, [image.id]: state }))
                }
              />
            );
          },
          thumbnail: ({ slide }) => {
            const { image } = slide as SlideImage;
            return (
              <picture>
                {formatsOf([image.low]).map(({ type, urls }) => (
                  <source key={type} type={type} srcSet={urls[0]} />
                ))}
                <img
                  className={styles.thumbnail}
                  src={image.low.url}
                  alt={altOf(image, text.viewer.untitled)}
                  loading="lazy"
                  draggable={false}
                />
              </picture>
            );
          },
          buttonZoom: ({ zoom, maxZoom, zoomIn, zoomOut }) => (
            <>
              <Button
                look="quiet"
                aria-label={text.viewer.zoomIn}
                title={text.viewer.zoomIn}
                inactive={zoom >= maxZoom}
                onClick={zoomIn}
              >
                <ZoomIn size={20} aria-hidden />
              </Button>
              <Button
                look="quiet"
                aria-label={text.viewer.zoomOut}
                title={text.viewer.zoomOut}
                inactive={zoom <= 1}
                onClick={zoomOut}
              >
                <ZoomOut size={20} aria-hidden />
              </Button>
            </>
          ),
          buttonClose: () => <CloseButton key="close" />,
          controls: () => (
            <>
              <div className={styles.caption}>
                {position >= 0 && <span className={styles.counter}>{text.viewer.counter(position + 1, total)}</span>}
                {current.title && <span className={styles.title}>{current.title}</span>}
                <span aria-live="polite" className={styles.remark}>
                  {remarkOn(current, fullStates[current.id])}
                </span>
              </div>
              <p role="status" className="visuallyHidden">
                {position >= 0 && text.viewer.position(position + 1, total, title)}
              </p>
              {showsDetails && <Details id={current.id} onClose={() => setShowsDetails(false)} />}
            </>
          ),
        }}
      />
    </>
  );
}

const indexOf = (images: Viewed[], id: string) => images.findIndex((image) => image.id === id);

function slideOf(image: Viewed): SlideImage {
  const { width, height } = shownSize(image);
  return { src: image.high.url, width, height, image };
}

/** What there is to say of the full image. One that the server has to make first may take seconds. */
function remarkOn({ full }: Viewed, state: FullState | undefined) {
  if (state === "failed") return text.viewer.noFull;
  return state === "coming" && full && !browserShows(full.contentType) ? text.viewer.makingFull : null;
}

/** How far a photo is enlarged beyond its own pixels: not at all, unless it is smaller than the window, of which it then can fill two. */
function enlarged(image: Viewed) {
  const { width, height } = shownSize(image);
  const fit = Math.min(innerWidth / width, innerHeight / height);
  return fit < 1 ? 1 : 2 * fit;
}

function CloseButton() {
  const { close } = useController();
  return (
    <Button look="quiet" aria-label={text.viewer.close} title={text.viewer.close} onClick={close}>
      <X size={20} aria-hidden />
    </Button>
  );
}
