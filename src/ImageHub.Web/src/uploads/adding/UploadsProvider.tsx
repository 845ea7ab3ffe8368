import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useStore } from "../../api/store";
import type { UploadTarget } from "../queue/rows";
import { uploads } from "../sending/uploads";
import { filesOver } from "./fileDrags";
import { type DroppedFile, withSizes } from "./files";
import { longestSide } from "./longestSide";

export interface Uploads {
  /** Queues files; what cannot be an image is listed as failed. Answers with the number of the drop. */
  add(files: DroppedFile[], target: UploadTarget): Promise<number>;
  /** Something is queued or under way. */
  isBusy: boolean;
}

const Context = createContext<Uploads | null>(null);

/** Mounted once, around all pages that take uploads. The uploads themselves go on where it is not. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const { isBusy } = useStore(uploads.snapshot);
  const value = useMemo<Uploads>(() => ({ add, isBusy }), [isBusy]);
  useEffect(keepStrayFilesOut, []);
  return <Context value={value}>{children}</Context>;
}

let adding = Promise.resolve(0);

/** One drop after the other, however long it takes to look at it. */
function add(files: DroppedFile[], target: UploadTarget): Promise<number> {
  const side = longestSide.get();
  adding = adding.then(async () => uploads.add(await withSizes(files), target, side));
  return adding;
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
