/** What is announced to the server at a time: files of one drop for one group. */
export interface Slice {
  ids: number[];
  bytes: number;
  /** How large its files are in the announcement, in bytes of JSON. */
  told: number;
}

/** The most that one announcement takes. */
const mostFiles = 10_000;
/** Half of the JSON that the server reads. */
const mostTold = 2_000_000;
/** Of a file in the announcement, its name aside: its size, its hash and what is around them. */
const toldOfEach = 120;
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
export const fits = (slice: Slice, room: { files: number; bytes: number }, bytes: number, told: number) =>
  slice.ids.length === 0 ||
  (slice.ids.length < room.files && slice.bytes + bytes <= room.bytes && slice.told + told <= mostTold);
