import type { Row } from "./rows";
import type { Wait } from "./sharedWait";
import type { Summary } from "./summary";

/** The queue's state as the page shows it. */
export interface Snapshot {
  /** All files. The array changes its identity when files are added or removed, but not when a file changes. */
  rows: readonly Row[];
  /** The index of the first unsettled file; -1 if there is none. */
  firstOpen: number;
  /** Whether different files go to different targets. */
  hasSeveralTargets: boolean;
  counts: Summary["counts"];
  /** The number of files in this run, excluding files that were settled in an earlier run. */
  total: number;
  settled: number;
  /** The number of failed files that can be retried. */
  retryable: number;
  /** The number of files whose bytes were lost when their page closed. */
  lost: number;
  isBusy: boolean;
  isPaused: boolean;
  /** Whether the user has cancelled the last run. */
  wasCancelled: boolean;
  wait: Wait | null;
  /** The progress of this run, 0 to 1. */
  share: number;
  /** Bytes per second. */
  speed: number | null;
  /** The remaining time in seconds. */
  left: number | null;
}
