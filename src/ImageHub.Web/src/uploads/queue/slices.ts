import type { Row, UploadTarget } from "./rows";

/** What is announced to the server at a time: files of one drop for one group. */
export interface Slice {
  drop: number;
  target: UploadTarget;
  ids: number[];
  bytes: number;
  /** How large its files are in the announcement, in bytes of JSON. */
  told: number;
  /** Files of it that are being prepared. */
  pending: number;
  isFull: boolean;
  isAnnounced: boolean;
  tries: number;
  abort: AbortController;
}

/** The most that one announcement takes. */
const mostFiles = 10_000;
/** Half of the JSON that the server reads. */
const mostTold = 2_000_000;
/** Of a file in the announcement, its name aside: its size, its hash and what is around them. */
const toldOfEach = 120;
/** Hashed or made smaller at once. */
const preparedAtOnce = 4;
/** The next slice is prepared while so many of the last wait to be sent; of those that lie in memory fewer. */
const waitingAtMost = { small: 25, others: 100 };
const firstFiles = 2_000;
const firstBytes = 64_000_000;

/**
 * How much the next slice of a drop may hold. A slice is hashed before it is announced: the first is small, so that the first file
 * leaves soon, and each may be twice as large as the one before, so that a large drop has few receipts and the next slice is ready
 * before this one has been sent. What is made smaller lies in memory until it is sent, and stays with small slices.
 */
export function roomOf(slicesBefore: number, isInMemory: boolean): { files: number; bytes: number } {
  if (isInMemory) return { files: 50, bytes: firstBytes };
  const times = 2 ** Math.min(slicesBefore, 20);
  return { files: Math.min(mostFiles, firstFiles * times), bytes: firstBytes * times };
}

/** How large a file of this name is in the announcement, in bytes of JSON. */
export const toldOf = (name: string) => toldOfEach + new TextEncoder().encode(JSON.stringify(name)).length;

/** Whether a file still fits: the first one always does. */
export const fits = (
  slice: Pick<Slice, "ids" | "bytes" | "told">,
  room: { files: number; bytes: number },
  bytes: number,
  told: number,
) =>
  slice.ids.length === 0 ||
  (slice.ids.length < room.files && slice.bytes + bytes <= room.bytes && slice.told + told <= mostTold);

/** The slice that is being prepared, and how many each drop has had. */
export class SlicePlanner {
  private slice: Slice | null = null;
  private announced = new Map<number, number>();
  /** The receipt of each drop. */
  readonly receipts = new Map<number, string>();
  private last = 0;

  /** The open slice, or a new one that begins with this file. Null: too many wait to be sent, or nothing is left to prepare. */
  open(row: Row | undefined, waiting: number): Slice | null {
    if (this.slice !== null || row === undefined) return this.slice;
    const most = row.longestSide === null ? Math.max(waitingAtMost.others, this.last / 2) : waitingAtMost.small;
    if (waiting > most) return null;
    const { drop, target } = row;
    const nothing = { ids: [], bytes: 0, told: 0, pending: 0, isFull: false, isAnnounced: false, tries: 0 };
    this.slice = { drop, target, ...nothing, abort: new AbortController() };
    return this.slice;
  }

  /** Whether a further file of it may be prepared now. */
  mayPrepare = (slice: Slice) => !slice.isFull && slice.pending < preparedAtOnce;

  /** Adds a file; false: it belongs to the next slice. */
  take(slice: Slice, row: Row): boolean {
    const room = roomOf(this.announced.get(slice.drop) ?? 0, row.longestSide !== null);
    const told = toldOf(row.name);
    if (row.drop !== slice.drop || !fits(slice, room, row.size, told)) return false;
    slice.ids.push(row.id);
    slice.bytes += row.size;
    slice.told += told;
    return true;
  }

  /** The server was told of it: of so many files. */
  done(slice: Slice, files: number) {
    this.announced.set(slice.drop, (this.announced.get(slice.drop) ?? 0) + 1);
    this.last = files;
    if (this.slice === slice) this.slice = null;
  }

  /** Cancels the open slice. */
  drop() {
    this.slice?.abort.abort(new DOMException("Nothing is left of it.", "AbortError"));
    this.slice = null;
  }
}
