import { Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { text } from "../text";
import styles from "./DropZone.module.css";
import { filesOver } from "./fileDrags";
import { type DroppedFile, droppedFiles, pastedFiles } from "./files";
import type { UploadTarget } from "./queue";
import { useUploads } from "./UploadsProvider";

/** Where files go: to a group, to the own images, or to who asks for them. */
export type Taker = { target: UploadTarget } | { onFiles: (files: DroppedFile[]) => void };

export function useTaker(taker: Taker): (files: DroppedFile[]) => void {
  const { add } = useUploads();
  return (files) => {
    if (files.length === 0) return;
    if ("target" in taker) add(files, taker.target);
    else taker.onFiles(files);
  };
}

/**
 * While it is mounted, files and folders can be dropped anywhere on the page, and pasted. What is dragged within the page is
 * none of its business.
 */
export function DropZone({
  label,
  ...taker
}: Taker & { /** What the page says while files hang over it. */ label?: string }) {
  const [isOver, setIsOver] = useState(false);
  const take = useRef<(files: DroppedFile[]) => void>(() => {});
  take.current = useTaker(taker as Taker);

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      setIsOver(false);
    };
    // Ahead of what else listens to drags, so that it sees them as taken.
    const on = <K extends keyof WindowEventMap>(kind: K, listener: (event: WindowEventMap[K]) => void) =>
      addEventListener(kind, listener, { capture: true, signal });

    on("dragover", (event) => {
      const over = filesOver(event);
      if (over === null) return;
      event.preventDefault();
      over.dropEffect = "copy";
      setIsOver(true);
      // It comes again and again while files hang over the page; whether the page was left or only one of its parts,
      // browsers tell differently.
      clearTimeout(timer);
      timer = setTimeout(end, 500);
    });
    on("drop", (event) => {
      const dropped = filesOver(event);
      if (dropped === null) return;
      event.preventDefault();
      end();
      void droppedFiles(dropped).then((files) => take.current(files));
    });
    on("paste", (event) => {
      if (event.clipboardData === null || event.clipboardData.files.length === 0) return;
      // Programs that copy a table or a text add a picture of it: a field gets its text.
      const isTyping = event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]");
      if (isTyping && event.clipboardData.types.includes("text/plain")) return;
      event.preventDefault();
      void pastedFiles(event.clipboardData, new Date()).then((files) => take.current(files));
    });
    return () => {
      clearTimeout(timer);
      listening.abort();
    };
  }, []);

  if (!isOver) return null;
  return createPortal(
    <div className={styles.overlay} aria-hidden>
      <div className={styles.card}>
        <Upload size={28} strokeWidth={1.5} />
        <p className={styles.title}>
          {label ?? ("target" in taker ? text.uploads.dropInto(taker.target.groupTitle) : text.uploads.drop)}
        </p>
        <p>{text.uploads.dropText}</p>
      </div>
    </div>,
    document.body,
  );
}
