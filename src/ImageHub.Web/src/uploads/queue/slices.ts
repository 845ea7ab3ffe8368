import type { Row, UploadTarget } from "./rows";

/** Files of one drop for one group that are announced together. */
export interface Slice {
  drop: number;
  target: UploadTarget;
  ids: number[];
  bytes: number;
  /** The size of the slice's files in the announcement, in bytes of JSON. */
  jsonBytes: number;
  /** The number of the slice's files that are being prepared. */
  pending: number;
  isFull: boolean;
  isAnnounced: boolean;
  tries: number;
  abort: AbortController;
}

/** The maximum number of files in an announcement. */
const mostFiles = 10_000;
/** The maximum size of the files in an announcement, in bytes of JSON: about half of the server's limit for a request. */
const maxJsonBytes = 2_000_000;
/** The bytes of JSON for a file in the announcement, without the name: the file's size, its hash and the syntax. */
const jsonBytesOfEach = 120;
/** The maximum number of files that are being prepared or wait for a worker. */
const preparedAtOnce = 4;
/**
 * The next slice is prepared when at most `others` announced files wait to be sent, or at most half of the last slice if
 * that is more. Reduced photos stay in memory, so their limit is fixed and lower: `small`.
 */
const waitingAtMost = { small: 25, others: 100 };
const firstFiles = 2_000;
const firstBytes = 64_000_000;

/**
 * The maximum size of a drop's next slice. A slice is hashed before it is announced, so the first slice is small and the
 * limit doubles with each slice. Slices of reduced photos remain small, because reduced photos stay in memory.
 */
export function roomOf(slicesBefore: number, isInMemory: boolean): { files: number; bytes: number } {
  if (isInMemory) return { files: 50, bytes: firstBytes };
  const times = 2 ** Math.min(slicesBefore, 20);
  return { files: Math.min(mostFiles, firstFiles * times), bytes: firstBytes * times };
}

/** The size of a file in the announcement, in bytes of JSON. */
export const jsonBytesOf = (name: string) => jsonBytesOfEach + new TextEncoder().encode(JSON.stringify(name)).length;

/** Whether a file fits into a slice. The first file always fits. */
export const fits = (
  slice: Pick<Slice, "ids" | "bytes" | "jsonBytes">,
  room: { files: number; bytes: number },
  bytes: number,
  jsonBytes: number,
) =>
  slice.ids.length === 0 ||
  (slice.ids.length < room.files && slice.bytes + bytes <= room.bytes && slice.jsonBytes + jsonBytes <= maxJsonBytes);

/** The slice that is being prepared, and the number of earlier slices of each drop. */
export class SlicePlanner {
  private slice: Slice | null = null;
  private announced = new Map<number, number>();
  /** The receipt of each drop. */
  readonly receipts = new Map<number, string>();
  private last = 0;

  /** The open slice, or a new slice that starts with this file; null if too many files wait to be sent or no file is left. */
  open(row: Row | undefined, waiting: number): Slice | null {
    if (this.slice !== null || row === undefined) return this.slice;
    const most = row.longestSide === null ? Math.max(waitingAtMost.others, this.last / 2) : waitingAtMost.small;
    if (waiting > most) return null;
    const { drop, target } = row;
    const nothing = { ids: [], bytes: 0, jsonBytes: 0, pending: 0, isFull: false, isAnnounced: false, tries: 0 };
    this.slice = { drop, target, ...nothing, abort: new AbortController() };
    return this.slice;
  }

  /** Whether another file of the slice may be prepared now. */
  mayPrepare = (slice: Slice) => !slice.isFull && slice.pending < preparedAtOnce;

  /** Adds a file. Returns `false` if it belongs to the next slice. */
  take(slice: Slice, row: Row): boolean {
    const room = roomOf(this.announced.get(slice.drop) ?? 0, row.longestSide !== null);
    const jsonBytes = jsonBytesOf(row.name);
    if (row.drop !== slice.drop || !fits(slice, room, row.size, jsonBytes)) return false;
    slice.ids.push(row.id);
    slice.bytes += row.size;
    slice.jsonBytes += jsonBytes;
    return true;
  }

  /** Removes a file that could not be prepared yet, so that it can be added again. */
  putBack(slice: Slice, { id, size, name }: Row) {
    slice.ids = slice.ids.filter((other) => other !== id);
    slice.bytes -= size;
    slice.jsonBytes -= jsonBytesOf(name);
    slice.isFull = false;
  }

  /** Records that a slice is finished: this number of its files was announced. */
  done(slice: Slice, files: number) {
    this.announced.set(slice.drop, (this.announced.get(slice.drop) ?? 0) + 1);
    this.last = files;
    if (this.slice === slice) this.slice = null;
  }

  /** Cancels the open slice. */
  drop() {
    this.slice?.abort.abort(new DOMException("The slice was cancelled.", "AbortError"));
    this.slice = null;
  }
}
