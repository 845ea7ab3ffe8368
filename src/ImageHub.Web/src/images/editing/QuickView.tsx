import { ChevronLeft, ChevronRight, Keyboard, Pencil, RotateCcw, RotateCw, X } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import type { Photograph } from "../../api/client";
import { Button } from "../../design/Button";
import type { PagedQuery } from "../../paging/useNextPage";
import { keyOf } from "../../shell/keyboard";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { isRightToLeft } from "../../text/locale";
import { mineText } from "../../text/mine";
import { dropPicture, fetchRendition, formatsOf, type SizedRendition, sharpest } from "../fetchPhoto";
import { altOf } from "../Photo";
import { fittedWidth, renditionsOf, shownSize } from "../viewer/viewerPhoto";
import styles from "./QuickView.module.css";
import { type Rating, ratingOf } from "./rating";
import type { Turn } from "./rotation";
import { Stars } from "./Stars";

/** More photos are loaded once fewer than this number follow the current photo. */
const ahead = 5;

/**
 * One photo of a grid in the whole window. Arrow keys show its neighbours, digits rate the photo, R rotates it, E edits it.
 * Escape and Space close the view.
 */
export function QuickView({
  image,
  images,
  total,
  pages,
  onView,
  onRate,
  onRotate,
  onEdit,
  onKeys,
  onClose,
  children,
}: {
  image: Photograph;
  /** The loaded images of the grid. */
  images: Photograph[];
  /** The number of all images. */
  total: number;
  /** The query that loads further images. */
  pages: PagedQuery;
  /** Shows another image. */
  onView: (id: string) => void;
  onRate: (rating: Rating) => void;
  onRotate: (turn: Turn) => void;
  onEdit: () => void;
  /** Shows the keyboard shortcuts. */
  onKeys: () => void;
  onClose: () => void;
  /** The dialog above the view, while one is open. */
  children: ReactNode;
}) {
  const words = deskText.quickView;
  const index = images.findIndex(({ id }) => id === image.id);
  const [previous, next] = [images[index - 1], images[index + 1]];
  const { url } = renditionFor(image);
  const [shown, setShown] = useState<{ url: string; isFailed: boolean }>();
  const isSettled = shown?.url === url;

  // The grid below the view offers to request a page again that has failed.
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages;
  const isNearEnd = index >= images.length - ahead;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  // The neighbours are fetched once the photo itself has loaded or failed.
  useEffect(() => {
    if (!isSettled) return;
    const pictures = [next, previous].flatMap((each) => (each ? fetchRendition(renditionFor(each)) : []));
    return () => pictures.forEach(dropPicture);
  }, [isSettled, next, previous]);

  const dialog = useRef<HTMLElement>(null);
  const wasEdited = useRef(false);
  const isEdited = Boolean(children);
  // Restores the focus after the dialog above has closed, because the element that had the focus may no longer exist.
  useEffect(() => {
    if (wasEdited.current && !isEdited) dialog.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);

  function press(event: KeyboardEvent) {
    // React events also bubble from the dialog above the photo, which is a child in the component tree.
    if (!event.currentTarget.contains(event.target as Element)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [before, after] = isRightToLeft() ? [next, previous] : [previous, next];
    const key = keyOf(event.nativeEvent);
    const rating = ratingOf(event.nativeEvent);
    if (rating !== undefined) event.repeat || onRate(rating);
    else if (key === "r") event.repeat || onRotate(event.shiftKey ? 270 : 90);
    else if (key === "?") onKeys();
    else if (event.shiftKey) return;
    else if (key === "ArrowLeft") before && onView(before.id);
    else if (key === "ArrowRight") after && onView(after.id);
    else if (key === "e") onEdit();
    else if (key === " " && !(event.target as Element).closest("button")) onClose();
    else return;
    event.preventDefault();
  }

  const { width, height } = shownSize(image);
  const step = (name: string, to: Photograph | undefined, side: "previous" | "next") => {
    const Icon = side === "previous" ? ChevronLeft : ChevronRight;
    return (
      <Button
        look="quiet"
        className={styles[side]}
        aria-label={name}
        inactive={to === undefined}
        // A focused button would take the space key.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => to && onView(to.id)}
      >
        <Icon size={28} aria-hidden />
      </Button>
    );
  };
  const turn = (name: string, keyName: string, degrees: Turn) => (
    <Button
      look="quiet"
      aria-label={name}
      title={`${name}: ${keyName}`}
      aria-keyshortcuts={keyName}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onRotate(degrees)}
    >
      {degrees === 90 ? <RotateCw size={18} aria-hidden /> : <RotateCcw size={18} aria-hidden />}
    </Button>
  );
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => !open && onClose()}
      className={styles.overlay}
      data-scrim
      data-viewer-open
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the dialog, which accepts no key handler. */}
      <div className={styles.keys} onKeyDown={press}>
        <Modal className={styles.modal}>
          <Dialog ref={dialog} className={styles.dialog}>
            <div className={styles.head}>
              <div role="status" className={styles.name}>
                <Heading slot="title" level={2}>
                  {image.title || image.fileName}
                </Heading>
                <span className={styles.position}>{words.position(index + 1, total)}</span>
              </div>
              <Button
                look="quiet"
                className={styles.help}
                aria-label={words.keys}
                title={`${words.keys}: ?`}
                onClick={onKeys}
              >
                <Keyboard size={18} aria-hidden />
              </Button>
              <Button look="quiet" title={words.editKey} aria-keyshortcuts="E" onClick={onEdit}>
                <Pencil size={16} aria-hidden />
                {mineText.desk.edit}
              </Button>
              <Button look="quiet" aria-label={text.common.close} onClick={onClose}>
                <X size={20} aria-hidden />
              </Button>
            </div>
            <div className={styles.stage}>
              <div
                className={styles.photo}
                style={{ "--ratio": width / height, "--widest": `${width}px` } as CSSProperties}
                data-loaded={(isSettled && !shown.isFailed) || undefined}
              >
                <img className={styles.placeholder} src={image.placeholder} alt="" aria-hidden />
                <Sharp
                  key={url}
                  rendition={renditionFor(image)}
                  alt={altOf(image, text.common.untitled)}
                  onSettled={(isFailed) => setShown({ url, isFailed })}
                />
                {isSettled && shown.isFailed && <p className={styles.failed}>{words.failed}</p>}
              </div>
              {step(words.previous, previous, "previous")}
              {step(words.next, next, "next")}
            </div>
            <div className={styles.foot}>
              <Stars rating={image.rating ?? null} onRate={onRate} takesFocus={false} />
              <p className={styles.tags}>{image.tags.join(", ")}</p>
              <span className={styles.turns}>
                {turn(deskText.rotation.left, "Shift+R", 270)}
                {turn(deskText.rotation.right, "R", 90)}
              </span>
            </div>
            {children}
          </Dialog>
        </Modal>
      </div>
    </ModalOverlay>
  );
}

/** The smallest rendition that is sharp in this window. */
const renditionFor = (image: Photograph) =>
  sharpest(renditionsOf(image), fittedWidth(image, { width: innerWidth, height: innerHeight }) * devicePixelRatio);

/** A rendition in the browser's preferred format. Its request ends when the element is removed. */
function Sharp({
  rendition,
  alt,
  onSettled,
}: {
  rendition: SizedRendition;
  alt: string;
  /** Called when the rendition has loaded or failed. */
  onSettled: (isFailed: boolean) => void;
}) {
  const picture = useRef<HTMLPictureElement>(null);
  const { url } = rendition;
  // A format that becomes available later does not replace the visible image.
  const [sources] = useState(() => formatsOf([rendition]));
  useLayoutEffect(() => {
    const element = picture.current;
    if (element === null) return;
    // An image that has its address before its `source` elements would also be fetched as JPEG.
    element.querySelector("img")?.setAttribute("src", url);
    return () => dropPicture(element);
  }, [url]);
  return (
    <picture ref={picture}>
      {sources.map(({ type, urls }) => (
        <source key={type} type={type} srcSet={urls[0]} />
      ))}
      <img
        className={styles.image}
        alt={alt}
        fetchPriority="high"
        draggable={false}
        onLoad={() => onSettled(false)}
        onError={() => onSettled(true)}
      />
    </picture>
  );
}
