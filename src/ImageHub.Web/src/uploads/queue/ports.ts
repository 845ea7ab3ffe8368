import type { Outcome } from "../sending/outcome";
import type { Row, UploadTarget } from "./rows";

/** A file of a page that was closed. */
export type PersistedUpload = Pick<
  Row,
  "name" | "size" | "file" | "folder" | "target" | "longestSide" | "url" | "key"
> & {
  /** Files that were dropped together have the same. */
  drop: string;
};

/** What is sent for a file. */
export interface Prepared {
  blob: Blob;
  /** The blob's size. */
  bytes: number;
  fileName: string;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** What the server says of a file that it was told of. */
export interface Announced {
  status: "needed" | "duplicate" | "failed" | "uploaded";
  uploadUrl: string | null;
  code: string | null;
}

/** What the server says of files that it was told of together. */
export interface Announcement {
  /** The receipt that they are on. */
  receipt: string;
  files: Announced[];
}

type Failed = Outcome & { kind: "failed" };

/** What the queue needs of the world. All of them reject with the signal's reason when it says stop. */
export interface UploadPorts {
  /** Hashes the file, and makes it smaller where that is asked for. */
  prepare(row: Row, signal: AbortSignal): Promise<Prepared | Failed>;
  /** Tells the server of files, in their order: an answer for each, or what went wrong with all. `receipt`: that of the drop's files before these. */
  announce(
    target: UploadTarget,
    files: Prepared[],
    receipt: string | null,
    signal: AbortSignal,
  ): Promise<Announcement | Outcome>;
  /** Sends what is left of a file. `offset`: how much the server has; null: nobody knows. */
  send(
    url: string,
    blob: Blob,
    offset: number | null,
    progress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome; offset: number | null }>;
  /** Why the server does not take a file that it was told of. */
  refusal(code: string | null): string;
  /** Resolves when there is a session that can be used: `false` when there will be none. `refused`: the last one was not. */
  session(refused: boolean): Promise<boolean>;
  /** Whether the server answers at all. */
  isReachable(): Promise<boolean>;
  /** A file that was taken back became an image all the same. */
  unwanted(imageId: string, target: UploadTarget): void;
  /** An image was uploaded. */
  uploaded(row: Row): void;
  /** Tells the server, as far as that is possible, that nobody is going to send the bytes of these addresses. */
  end(urls: string[]): void;
  /** Nothing is left to send. */
  complete(): void;
  /** Remembers files for the case that the page is closed. */
  persistence: UploadPersistence;
}

/** Where unfinished files are kept. */
export interface UploadPersistence {
  /** What a new file is kept under. */
  keyFor(id: number): string;
  /** The file is new, or the server knows of it now. */
  keep(rows: readonly Row[]): void;
  /** It is dealt with. */
  forget(rows: readonly Row[]): void;
}
