import type { Outcome } from "../sending/outcome";
import type { PendingList } from "./pendingList";
import type { UploadPorts } from "./ports";
import type { Row, RowList } from "./rows";
import type { SharedWait } from "./sharedWait";

/** The part of the queue that `FileAnnouncer` and `FileSender` share. */
export interface QueueContext {
  readonly ports: UploadPorts;
  readonly rows: RowList;
  readonly pending: PendingList;
  readonly wait: SharedWait;
  /** Starts the work that can start now. */
  pump(): void;
  pause(): void;
  /** Waits before anything is sent again. */
  pauseFor(outcome: Outcome & { kind: "busy" | "unreachable" }): void;
  /** Reports that the session was refused. The queue continues once the user has signed in again. */
  signInAgain(): Promise<void>;
  /** Whether to give up after this number of tries. Never gives up while the server is unreachable. */
  shouldGiveUp(trouble: "busy" | "unreachable", tried: number): Promise<boolean>;
  change(id: number, patch: Partial<Row>): void;
  /** Settles a file. */
  finish(id: number, patch: Partial<Row>): void;
  /** Settles files as failed. `isFinal`: a file must be announced again before it is sent again. */
  fail(ids: number[], reason: string, isFinal: boolean): void;
  /** Removes rows from the list. */
  discard(ids: number[]): void;
  /** Continues after files have been settled or removed. */
  settled(ids?: number[]): void;
}
