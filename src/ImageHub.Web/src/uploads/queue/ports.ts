import type { Outcome } from "../sending/outcome";
import type { Row, UploadTarget } from "./rows";

/** An unfinished upload of a closed page. */
export type PersistedUpload = Pick<
  Row,
  "name" | "size" | "file" | "folder" | "sidecar" | "target" | "longestSide" | "url" | "key"
> & {
  /** The id of the drop; the same for files that were dropped together. */
  drop: string;
};

/** A file in the form that is sent. */
export interface Prepared {
  blob: Blob;
  /** The size of the blob in bytes. */
  bytes: number;
  fileName: string;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** The server's answer to an announced file. */
export interface Announced {
  status: "needed" | "duplicate" | "failed" | "uploaded";
  uploadUrl: string | null;
  code: string | null;
}

/** The server's answer to an announcement. */
export interface Announcement {
  /** The id of the receipt with the files. */
  receipt: string;
  files: Announced[];
}

/** The reason why a file could not be prepared. */
export type Unprepared = Outcome & { kind: "failed" | "unreachable" };

/** The operations that the queue needs from outside. When a signal aborts, the operation rejects with the signal's reason. */
export interface UploadPorts {
  /** Hashes a file, and reduces its size if requested. Unreachable: the required script could not be loaded. */
  prepare(row: Row, signal: AbortSignal): Promise<Prepared | Unprepared>;
  /**
   * Announces files. Returns an answer for each file in order, or the failure of the announcement. `receipt`: the receipt
   * of the drop's earlier files; null if there are none.
   */
  announce(
    target: UploadTarget,
    files: Prepared[],
    receipt: string | null,
    signal: AbortSignal,
  ): Promise<Announcement | Outcome>;
  /**
   * Sends the rest of a file. `offset`: the number of bytes on the server; null if unknown. Returns the number before and
   * after the request.
   */
  send(
    url: string,
    blob: Blob,
    offset: number | null,
    progress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome; from: number | null; offset: number | null }>;
  /** Sends the sidecar of an uploaded photo. `remark`: the reason why the server refuses the sidecar; null if the server accepts it. */
  describe(imageId: string, sidecar: File, signal: AbortSignal): Promise<{ remark: string | null } | Outcome>;
  /** The reason why the server refuses an announced file. */
  refusal(code: string | null): string;
  /**
   * Resolves to `true` once a valid session exists, and to `false` if the user gives up signing in. `refused`: the server
   * has refused the last session.
   */
  session(refused: boolean): Promise<boolean>;
  /** Whether the server answers. */
  isReachable(): Promise<boolean>;
  /** Called for an image that was created although its drop had been undone. */
  unwanted(imageId: string, target: UploadTarget): void;
  /** Called for each uploaded image. */
  uploaded(row: Row): void;
  /** Tells the server, if possible, that uploads at these addresses will not continue. */
  end(urls: string[]): void;
  /** Called when no file is pending any more. */
  complete(): void;
  /** The store of unfinished files, for the case that the page closes. */
  persistence: UploadPersistence;
}

/** A store of unfinished uploads. */
export interface UploadPersistence {
  /** The key of a new file. */
  keyFor(id: number): string;
  /** Stores files that are new, announced, retried or resumed. */
  keep(rows: readonly Row[]): void;
  /** Deletes files that have been settled or removed. */
  forget(rows: readonly Row[]): void;
}
