/** How far a file is. */
export type UploadStatus = "queued" | "sending" | "processing" | "done" | "duplicate" | "failed";

/** What counts of a file. */
export interface Counted {
  status: UploadStatus;
  size: number;
  /** The share that is on the wire, 0 to 1. */
  share: number;
  /** It failed, and trying again is of no use. */
  isRefused: boolean;
  /** Its bytes that went over the wire: fewer where it was made smaller. */
  sent: number;
}

/** All files together. */
export interface Summary {
  counts: Record<UploadStatus, number>;
  /** Files of this run. */
  total: number;
  settled: number;
  /** Failed ones that "Retry failed" would send. */
  retryable: number;
  /** Bytes and what the files cost beside them, of which so much is dealt with. */
  weight: number;
  settledWeight: number;
  /** Bytes that went over the wire. */
  sent: number;
}

/** What a file costs beside its bytes, in bytes: many small ones take longer than one large. */
const overhead = 100_000;

export const nothing = (): Summary => ({
  counts: { queued: 0, sending: 0, processing: 0, done: 0, duplicate: 0, failed: 0 },
  total: 0,
  settled: 0,
  retryable: 0,
  weight: 0,
  settledWeight: 0,
  sent: 0,
});

/** Adds a file to the summary, or takes it away (`times`: -1), so that a change of one costs the same however many there are. */
export function count(summary: Summary, file: Counted, isOfThisRun: boolean, times: 1 | -1) {
  summary.counts[file.status] += times;
  if (file.status === "failed" && !file.isRefused) summary.retryable += times;
  if (!isOfThisRun) return;
  const weight = file.size + overhead;
  summary.total += times;
  summary.weight += times * weight;
  summary.sent += times * file.sent;
  if (isSettled(file.status)) summary.settled += times;
  // The last tenth is the server's work.
  summary.settledWeight += times * weight * (isSettled(file.status) ? 1 : file.share * 0.9);
}

export const isSettled = (status: UploadStatus) => status === "done" || status === "duplicate" || status === "failed";
