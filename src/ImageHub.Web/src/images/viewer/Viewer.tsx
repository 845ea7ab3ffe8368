import { startTransition, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { Navigate, useLocation, useNavigationType, useOutletContext, useParams } from "react-router";
import Lightbox, { type ControllerRef, type SlideImage, type ZoomRef } from "yet-another-react-lightbox";
import Zoom from "yet-another-react-lightbox/plugins/zoom";
import "yet-another-react-lightbox/styles.css";
import { isMissing } from "../../api/problem";
import { pathOfGroup } from "../../groups/queries";
import { Failure, Missing } from "../../shell/Failure";
import { keepFocus } from "../../shell/keepFocus";
import { PageTitle } from "../../shell/PageTitle";
import { text } from "../../text";
import { isRightToLeft } from "../../text/locale";
import { viewerText } from "../../text/viewer";
import { Aside } from "../details/Aside";
import { Downloads } from "../details/Downloads";
import { Note } from "../details/Note";
import { Share } from "../details/Share";
import { browserShows } from "../imageFormats";
import { altOf } from "../Photo";
import { Caption } from "./Caption";
import { Deferred } from "./Deferred";
import { Filmstrip } from "./Filmstrip";
import { KeyboardHelp } from "./KeyboardHelp";
import { moves } from "./movingPhoto";
import { type FullState, Slide } from "./Slide";
import { type NavigationHandle, SlideNavigation } from "./SlideNavigation";
import {
  ChoiceTool,
  CloseTool,
  DetailsTool,
  detailsToolId,
  FullScreenTool,
  Interval,
  KeysTool,
  NoteTool,
  noteToolId,
  PlayTool,
  ZoomTools,
} from "./Tools";
import { useFullScreen } from "./useFullScreen";
import { useIdle } from "./useIdle";
import { useKeys } from "./useKeys";
import { useSlideshow } from "./useSlideshow";
import { useViewedPhoto } from "./useViewedPhoto";
import { useViewerPhotos } from "./useViewerPhotos";
import styles from "./Viewer.module.css";
import type { ViewerContext } from "./viewerContext";
import { shownSize, type ViewerPhoto } from "./viewerPhoto";

declare module "yet-another-react-lightbox" {
  interface SlideImage {
    image: ViewerPhoto;
  }
}

/** The maximum zoom of a photo that is larger than the window, relative to the photo's own pixels. */
const maxPixelZoom = 2;

/**
 * `…/images/:imageId` below a page of photos: one photo at a time. Opening the viewer from that page adds one history entry
 * for all viewed photos. A group's photo that is opened directly by its address is shown before the other photos.
 */
export function Viewer() {
  const { imageId = "" } = useParams();
  const context = useOutletContext<ViewerContext>();
  const { at, query = "", title: group, downloads, hasDetails, isForOthers, choice, onView } = context;
  const own = context.addressOf;
  const addressOf = useMemo(() => own ?? ((id: string) => `${at}/images/${id}`), [own, at]);
  const { viewed, view, close } = useViewedPhoto(imageId, at, query, onView);
  const photos = useViewerPhotos(context, viewed);
  const { listed, shown, position, current } = photos;
  // The next photo is drawn before the strip follows it.
  const positionInStrip = useDeferredValue(position);

  const navigation = useRef<NavigationHandle>(null);
  const zoom = useRef<ZoomRef>(null);
  const lightbox = useRef<ControllerRef>(null);
  const [opened, setOpened] = useState<"details" | "note">();
  const [showsKeys, setShowsKeys] = useState(false);
  const [there, setThere] = useState<string>();
  const [fullStates, setFullStates] = useState<Record<string, FullState>>({});
  const hasOthers = listed.length > 1;
  const isIdle = useIdle();
  const fullScreen = useFullScreen();
  // A reload and the way back do not start a slideshow again that was paused.
  const isNew = useNavigationType() === "PUSH";
  const { state } = useLocation();
  const slideshow = useSlideshow({
    viewed,
    isThere: there === viewed,
    plays: hasOthers && isNew && state?.plays === true,
    goOn: () => (photos.isLast ? navigation.current?.toStart() : navigation.current?.by(1)),
  });
  // A slideshow hides the details and the note.
  const aside = slideshow.isPlaying ? undefined : opened;
  const showsDetails = aside === "details";
  const showsNote = aside === "note" && choice !== undefined;
  const toggle = (what: "details" | "note") => {
    slideshow.pause();
    setOpened(aside === what ? undefined : what);
    // Without a focused element, keys control the viewer. A focused button would take over the space key.
    const tool = what === "details" ? detailsToolId : noteToolId;
    if (document.activeElement !== document.body) keepFocus(() => document.getElementById(tool));
  };
  const noteFull = useCallback(
    (id: string, state: FullState) => setFullStates((all) => (all[id] === state ? all : { ...all, [id]: state })),
    [],
  );
  const pick = useCallback((place: number) => navigation.current?.to(place), []);
  useKeys({
    ArrowLeft: () => navigation.current?.by(isRightToLeft() ? 1 : -1),
    ArrowRight: () => navigation.current?.by(isRightToLeft() ? -1 : 1),
    Home: () => navigation.current?.toStart(),
    End: () => {
      if (context.images.hasNextPage) void context.fetchRest();
      navigation.current?.toEnd();
    },
    " ": () => hasOthers && slideshow.toggle(),
    f: () => fullScreen.toggle?.(),
    i: () => toggle("details"),
    n: () => choice && toggle("note"),
    l: () => current && choice?.toggle(current.id),
    "?": () => setShowsKeys(true),
    "1": () => zoom.current?.changeZoom(zoom.current.maxZoom / ratioOf(current)),
    "0": () => zoom.current?.changeZoom(1),
    Escape: () => (aside === undefined || (aside === "note" && !choice) ? lightbox.current?.close() : toggle(aside)),
  });

  const { failure, mayCome, movedTo } = photos;
  if (movedTo !== undefined) return <Navigate to={`${pathOfGroup(movedTo)}/images/${viewed}`} replace />;
  if (failure || (current === undefined && !mayCome))
    return (
      <div className={styles.notice}>
        {failure && !isMissing(failure.error) ? (
          <Failure error={failure.error} again={failure.refetch} level={1} />
        ) : (
          <Missing to={at + query} name={viewerText.filmstrip} />
        )}
      </div>
    );
  if (current === undefined) return null;
  const title = altOf(current, text.common.untitled);
  return (
    <>
      <PageTitle>{current.title || group}</PageTitle>
      <Lightbox
        open
        close={close}
        className={styles.viewer}
        noScroll={{ disabled: true }}
        portal={{
          container: {
            "data-viewer-open": true,
            "data-idle": isIdle || undefined,
            "data-details": showsDetails || showsNote || undefined,
            "data-full": fullScreen.isOn || undefined,
            "data-strip": hasOthers || undefined,
            "data-choice": choice !== undefined || undefined,
            "data-show": slideshow.isPlaying || undefined,
          } as object,
        }}
        slides={photos.slides}
        index={photos.index}
        plugins={[SlideNavigation, Zoom]}
        carousel={{ finite: true, preload: 2, padding: 0, spacing: 24 }}
        animation={{ fade: moves() ? 0 : 140, swipe: 180, navigation: 140, zoom: 140 }}
        zoom={{ ref: zoom, scrollToZoom: true, pinchZoomV4: true, maxZoomPixelRatio: ratioOf(current) }}
        stillToCome={photos.stillToCome}
        navigationRef={navigation}
        controller={{ ref: lightbox, closeOnPullDown: true, closeOnEscape: false }}
        labels={{ Lightbox: viewerText.name(group), "Photo gallery": viewerText.name(group) }}
        on={{
          view: ({ index: now }) => {
            const image = shown[now];
            if (image === undefined || image.id === photos.seen.current) return;
            photos.seen.current = image.id;
            // The movement to the photo is drawn before its texts.
            startTransition(() => view(image.id));
          },
          zoom: ({ zoom: now }) => now > 1 && slideshow.pause(),
        }}
        toolbar={{
          buttons: [
            hasOthers && <PlayTool key="play" slideshow={slideshow} />,
            isForOthers && <Share key="share" title={current.title || group} path={addressOf(current.id)} />,
            choice && (
              <ChoiceTool key="choice" isOn={choice.has(current.id)} onClick={() => choice.toggle(current.id)} />
            ),
            choice && (
              <NoteTool
                key="note"
                isOpen={showsNote}
                hasNote={choice.noteOn(current.id) !== ""}
                onClick={() => toggle("note")}
              />
            ),
            <DetailsTool key="details" isOpen={showsDetails} onClick={() => toggle("details")} />,
            <Downloads key="download" image={current} offers={downloads} />,
            "zoom",
            fullScreen.toggle && <FullScreenTool key="full" isOn={fullScreen.isOn} onClick={fullScreen.toggle} />,
            <KeysTool key="keys" onClick={() => setShowsKeys(true)} />,
            "close",
          ],
        }}
        render={{
          slide: ({ slide, rect, zoom: now, offset }) => {
            const { image } = slide as SlideImage;
            return (
              // The next photo is drawn before photos beyond it are added.
              <Deferred waits={Math.abs(offset) > 1}>
                <Slide
                  image={image}
                  alt={altOf(image, text.common.untitled)}
                  zoom={offset === 0 ? (now ?? 1) : 1}
                  availableWidth={rect.width}
                  availableHeight={rect.height}
                  isCurrent={offset === 0}
                  mayFetch={offset === 0 || there === viewed}
                  onThere={setThere}
                  onFull={noteFull}
                />
              </Deferred>
            );
          },
          buttonZoom: ZoomTools,
          buttonClose: () => <CloseTool key="close" />,
          controls: () => (
            <>
              <div className={styles.top} data-chrome>
                {position >= 0 && (
                  <span className={styles.counter}>{viewerText.counter(position + 1, photos.total)}</span>
                )}
                {slideshow.isPlaying && <Interval slideshow={slideshow} />}
                <span aria-live="polite" className={styles.remark}>
                  {choice?.failure ?? remarkOn(current, fullStates[current.id])}
                </span>
              </div>
              <p role="status" className="visuallyHidden">
                {position >= 0 && viewerText.position(position + 1, photos.total, title)}
              </p>
              <Caption image={current} />
              {(showsDetails || showsNote) && (
                <Aside
                  image={current}
                  group={group}
                  details={!showsDetails ? undefined : hasDetails ? "all" : "listed"}
                >
                  {showsNote && choice && <Note key={current.id} id={current.id} choice={choice} />}
                </Aside>
              )}
              {hasOthers && (
                <Filmstrip
                  images={listed}
                  position={positionInStrip}
                  mayFetch={there !== undefined}
                  addressOf={addressOf}
                  onPick={pick}
                  loadMore={photos.loadMore}
                />
              )}
            </>
          ),
        }}
      />
      {showsKeys && (
        <KeyboardHelp
          more={
            choice && [
              [viewerText.choice.key, "L"],
              [viewerText.choice.note, "N"],
            ]
          }
          onClose={() => setShowsKeys(false)}
        />
      )}
    </>
  );
}

/** A remark about the full image: it failed, or the server needs seconds to create it. */
function remarkOn({ full }: ViewerPhoto, state: FullState | undefined) {
  if (state === "failed") return viewerText.noFull;
  return state === "coming" && full && !browserShows(full.contentType) ? viewerText.makingFull : null;
}

/** The maximum zoom relative to the photo's own pixels. A photo smaller than the window can be enlarged to twice the window's size. */
function ratioOf(image: ViewerPhoto | undefined) {
  if (image === undefined) return maxPixelZoom;
  const { width, height } = shownSize(image);
  return maxPixelZoom * Math.max(1, Math.min(innerWidth / width, innerHeight / height));
}
