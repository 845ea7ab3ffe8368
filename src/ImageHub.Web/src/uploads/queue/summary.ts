/** The steps of an upload. */
export type UploadStatus = "queued" | "sending" | "processing" | "done" | "duplicate" | "failed";

/** The part of a row that the summary counts. */
export interface Counted {
  status: UploadStatus;
  size: number;
  /** The sent share of the file, 0 to 1. */
  share: number;
  /** Whether the upload failed and must not be retried. */
  isRefused: boolean;
  /** The number of bytes that were sent; less than the file's size if the file was reduced. */
  sent: number;
}

/** The sums over the listed files. `counts` and `retryable` include all files, the other sums only the files of this run. */
export interface Summary {
  counts: Record<UploadStatus, number>;
  /** The number of files in this run. */
  total: number;
  settled: number;
  /** The number of failed files that can be retried. */
  retryable: number;
  /** The bytes of the files including an overhead for each file: in total, and settled. Sent bytes count as settled in part. */
  weight: number;
  settledWeight: number;
  /** The bytes that were sent. */
  sent: number;
}

/** The overhead of a file in bytes: many small files take longer than one large file. */
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

/** Adds a file to the summary, or subtracts it (`times`: -1). The cost of a change does not depend on the number of files. */
export function count(summary: Summary, file: Counted, isOfThisRun: boolean, times: 1 | -1) {
  summary.counts[file.status] += times;
  if (file.status === "failed" && !file.isRefused) summary.retryable += times;
  if (!isOfThisRun) return;
  const weight = file.size + overhead;
  summary.total += times;
  summary.weight += times * weight;
  summary.sent += times * file.sent;
  if (isSettled(file.status)) summary.settled += times;
  // The server's processing counts as the last 10 %.
  summary.settledWeight += times * weight * (isSettled(file.status) ? 1 : file.share * 0.9);
}

export const isSettled = (status: UploadStatus) => status === "done" || status === "duplicate" || status === "failed";
