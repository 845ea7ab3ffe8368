import type { Row } from "./rows";
import type { Wait } from "./sharedWait";
import type { Summary } from "./summary";

/** What the page shows of the queue. */
export interface Snapshot {
  /** All of them. The array is another one when files come or go, and not when one of them gets on. */
  rows: readonly Row[];
  /** The first file that is not settled; -1: there is none. */
  firstOpen: number;
  /** Not all go to the same group. */
  hasSeveralTargets: boolean;
  counts: Summary["counts"];
  /** Files of this run: what was finished before it began is listed, and not counted. */
  total: number;
  settled: number;
  /** Failed ones that "Retry failed" would send. */
  retryable: number;
  /** Files whose page was closed before their bytes could be kept. */
  lost: number;
  isBusy: boolean;
  isPaused: boolean;
  /** The last run was ended by hand. */
  wasCancelled: boolean;
  wait: Wait | null;
  /** All files of this run together, 0 to 1. */
  share: number;
  /** Bytes a second. */
  speed: number | null;
  /** Seconds. */
  left: number | null;
}
