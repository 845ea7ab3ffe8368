import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { useStore } from "../../api/useStore";
import type { UploadTarget } from "../queue/rows";
import { uploads } from "../sending/uploads";
import { filesOver } from "./fileDrags";
import { type DroppedFile, withSizes } from "./files";
import { longestSide } from "./longestSide";

export interface Uploads {
  /** Queues files, and lists files that cannot be images as failed. Returns the number of the drop. */
  add(files: DroppedFile[], target: UploadTarget): Promise<number>;
  /** Whether files are queued or being uploaded. */
  isBusy: boolean;
}

const Context = createContext<Uploads | null>(null);

/** Provides uploads to the pages inside. Uploads continue on pages outside the provider. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const { isBusy } = useStore(uploads.snapshot);
  const value = useMemo<Uploads>(() => ({ add, isBusy }), [isBusy]);
  useEffect(keepStrayFilesOut, []);
  return <Context value={value}>{children}</Context>;
}

let adding = Promise.resolve(0);

/** Adds one drop after the other, because reading the sizes of files takes time. */
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

/** Prevents the browser from opening files that are dropped outside a drop zone. */
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
