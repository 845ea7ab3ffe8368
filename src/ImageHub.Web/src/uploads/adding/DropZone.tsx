import { Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { mineText } from "../../text/mine";
import type { UploadTarget } from "../queue/rows";
import styles from "./DropZone.module.css";
import { filesOver } from "./fileDrags";
import { type DroppedFile, droppedFiles, pastedFiles } from "./files";
import { useUploads } from "./UploadsProvider";

/** The destination of files: an upload target, or a callback. */
export type FileDestination = { target: UploadTarget } | { onFiles: (files: DroppedFile[]) => void };

export function useFileDestination(taker: FileDestination): (files: DroppedFile[]) => void {
  const { add } = useUploads();
  return (files) => {
    if (files.length === 0) return;
    if ("target" in taker) add(files, taker.target);
    else taker.onFiles(files);
  };
}

/** A part of the page with its own destination, such as a row of a list. */
export interface DropPlace {
  element: Element;
  /** The overlay's text while files are dragged over the part. */
  label: string;
  onFiles: (files: DroppedFile[]) => void;
}

/**
 * Accepts files and folders that are dropped anywhere on the page or pasted, while it is mounted. It ignores drags
 * that start within the page.
 */
export function DropZone({
  label,
  placeAt,
  ...taker
}: FileDestination & {
  /** The overlay's text while files are dragged over the page. */
  label?: string;
  /** The drop place at an element, if there is one. */
  placeAt?: (element: Element) => DropPlace | null;
}) {
  const [over, setOver] = useState<"page" | DropPlace | null>(null);
  const take = useFileDestination(taker as FileDestination);
  const latest = { take, find: placeAt };
  const now = useRef(latest);
  now.current = latest;

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      setOver(null);
    };
    const on = <K extends keyof WindowEventMap>(kind: K, listener: (event: WindowEventMap[K]) => void) =>
      addEventListener(kind, listener, { capture: true, signal });
    // Capturing handlers keep file drags from sortable lists, which would refuse them.
    const onFiles = (
      kind: "dragenter" | "dragover" | "dragleave" | "drop",
      listener: (event: DragEvent, files: DataTransfer) => void,
    ) =>
      on(kind, (event) => {
        const files = filesOver(event);
        if (files === null) return;
        event.preventDefault();
        event.stopPropagation();
        listener(event, files);
      });
    const placeOf = ({ target }: DragEvent) => (target instanceof Element && now.current.find?.(target)) || null;

    onFiles("dragenter", () => {});
    onFiles("dragleave", () => {});
    onFiles("dragover", (event, files) => {
      files.dropEffect = "copy";
      const place = placeOf(event);
      setOver((before) => (place === null ? "page" : isSame(before, place) ? before : place));
      // Browsers repeat dragover during a drag, but differ in how they report leaving the page. A timer detects the end.
      clearTimeout(timer);
      timer = setTimeout(end, 500);
    });
    onFiles("drop", (event, files) => {
      const place = placeOf(event);
      end();
      void droppedFiles(files).then((dropped) => {
        if (place === null) now.current.take(dropped);
        else if (dropped.length > 0) place.onFiles(dropped);
      });
    });
    on("paste", (event) => {
      if (event.clipboardData === null || event.clipboardData.files.length === 0) return;
      // Copied tables and texts include a picture, too. In a text field, the browser pastes the text.
      const isTyping = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
      if (isTyping && event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      void pastedFiles(event.clipboardData, new Date()).then((files) => now.current.take(files));
    });
    return () => {
      clearTimeout(timer);
      listening.abort();
    };
  }, []);

  const place = over === "page" ? null : over;
  useEffect(() => {
    place?.element.setAttribute("data-files-over", "");
    return () => place?.element.removeAttribute("data-files-over");
  }, [place]);

  if (over === null) return null;
  const target = "target" in taker ? taker.target : null;
  return createPortal(
    <div className={placeAt ? `${styles.overlay} ${styles.seeThrough}` : styles.overlay} aria-hidden>
      <div className={styles.card}>
        <Upload size={28} strokeWidth={1.5} />
        <p className={styles.title}>
          {place?.label ?? (target ? mineText.uploads.dropInto(target.groupTitle) : (label ?? mineText.uploads.drop))}
        </p>
        <p>{target?.isPublic ? mineText.uploads.seenAtOnce : mineText.uploads.dropText}</p>
      </div>
    </div>,
    document.body,
  );
}

const isSame = (before: "page" | DropPlace | null, { element, label }: DropPlace) =>
  before !== null && before !== "page" && before.element === element && before.label === label;
