/** The maximum size of a copied file, in bytes. */
const largestCopy = 100_000_000;

/**
 * The delay before a pending file is copied, in milliseconds. Files that are sent within this delay need no copy. The
 * delay is short, so that the other files can be resumed even if the page closes early.
 */
export const copyDelay = 1_000;

/** Decides which files' bytes are copied, within a limit for all copies. */
export class CopyBudget {
  private readonly waiting = new Map<string, { file: File; size: number; since: number }>();
  /** The sizes of files that are copied or about to be copied. */
  private readonly made = new Map<string, number>();
  private sum = 0;

  /** The total size of the copies. */
  get bytes() {
    return this.sum;
  }

  /** Requests a copy of a file. `now`: milliseconds. */
  want(key: string, file: File, size: number, now: number) {
    if (size > largestCopy || this.made.has(key) || this.waiting.has(key)) return;
    this.waiting.set(key, { file, size, since: now });
  }

  /** Records an existing copy. */
  add(key: string, size: number) {
    this.forget(key);
    this.made.set(key, size);
    this.sum += size;
  }

  forget(key: string) {
    this.waiting.delete(key);
    this.sum -= this.made.get(key) ?? 0;
    this.made.delete(key);
  }

  /** Discards all requests for copies. */
  giveUp() {
    this.waiting.clear();
  }

  clear() {
    this.giveUp();
    this.made.clear();
    this.sum = 0;
  }

  /**
   * The next files to copy, the last files first, because they wait longest to be sent. `room`: the limit for all
   * copies in bytes. Files that exceed this limit keep waiting. `most`: the limits of one call.
   */
  take(room: number, most: { copies: number; bytes: number }, now: number): [string, File][] {
    const taken: [string, File][] = [];
    let bytes = 0;
    for (const [key, { file, size, since }] of [...this.waiting].reverse()) {
      if (taken.length >= most.copies || bytes >= most.bytes) break;
      if (now - since < copyDelay) continue;
      if (this.sum + size > room) continue;
      this.add(key, size);
      bytes += size;
      taken.push([key, file]);
    }
    return taken;
  }
}
