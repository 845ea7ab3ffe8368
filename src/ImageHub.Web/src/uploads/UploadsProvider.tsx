import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type Store, useStore } from "../api/store";
import { text } from "../text";
import { filesOver } from "./fileDrags";
import type { DroppedFile } from "./files";
import { longestSide } from "./longestSide";
import type { Snapshot, UploadTarget } from "./queue";
import { uploads } from "./uploads";

export interface Uploads {
  /** Queues files; what cannot be an image is listed as failed. */
  add(files: DroppedFile[], target: UploadTarget): void;
  /** Something is queued or under way. */
  isBusy: boolean;
}

const Context = createContext<Uploads | null>(null);

/** Mounted once, around all pages that take uploads. The uploads themselves go on where it is not. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const { isBusy } = useStore(uploads.snapshot);
  const value = useMemo<Uploads>(
    () => ({ add: (files, target) => uploads.add(files, target, longestSide.get()), isBusy }),
    [isBusy],
  );
  useEffect(keepStrayFilesOut, []);
  return (
    <Context value={value}>
      {children}
      <Announcer snapshot={uploads.snapshot} />
    </Context>
  );
}

export function useUploads(): Uploads {
  const value = useContext(Context);
  if (value === null) throw new Error("useUploads() needs an <UploadsProvider> around it.");
  return value;
}

/** A file dropped beside every drop zone would be opened by the browser in place of this page. */
function keepStrayFilesOut() {
  const refuse = (event: DragEvent) => {
    const over = filesOver(event);
    if (event.defaultPrevented || over === null) return;
    event.preventDefault();
    over.dropEffect = "none";
  };
  addEventListener("dragover", refuse);
  addEventListener("drop", refuse);
  return () => {
    removeEventListener("dragover", refuse);
    removeEventListener("drop", refuse);
  };
}

/** Tells assistive technology of the start, every tenth and the end. */
function Announcer({ snapshot }: { snapshot: Store<Snapshot> }) {
  const [message, setMessage] = useState("");
  const told = useRef({ wasBusy: false, tenth: 0 });

  useEffect(
    () =>
      snapshot.subscribe(() => {
        const { isBusy, wasCancelled, rows, total, settled, share, counts } = snapshot.get();
        const { wasBusy, tenth } = told.current;
        const { announce, percent, summary } = text.uploads;
        const now = Math.floor(share * 10);
        told.current = { wasBusy: isBusy, tenth: isBusy ? Math.max(now, wasBusy ? tenth : 0) : 0 };
        if (isBusy && !wasBusy) setMessage(announce.started(total, rows.at(-1)?.target.groupTitle ?? ""));
        else if (isBusy && now > tenth) setMessage(announce.progress(percent(now / 10), settled, total));
        else if (!isBusy && wasBusy)
          setMessage(
            wasCancelled
              ? text.uploads.cancelled
              : announce.finished(summary(counts.done, counts.duplicate, counts.failed)),
          );
      }),
    [snapshot],
  );

  return (
    <p role="status" className="visuallyHidden">
      {message}
    </p>
  );
}
