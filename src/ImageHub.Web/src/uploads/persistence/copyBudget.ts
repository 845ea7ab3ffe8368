/** Most bytes that are copied for one file. */
const largestCopy = 100_000_000;

/** Files are copied once they have waited so long (milliseconds): few are sent before, and a page that is closed early can go on with the others. */
export const copyDelay = 1_000;

/** Whose bytes are copied, and who waits for it: all together take no more than there is room for. */
export class CopyBudget {
  private readonly waiting = new Map<string, { file: File; size: number; since: number }>();
  /** The sizes of those that are copied, or are about to be. */
  private readonly made = new Map<string, number>();
  private sum = 0;

  /** Of all that is copied. */
  get bytes() {
    return this.sum;
  }

  /** `now`: milliseconds. */
  want(key: string, file: File, size: number, now: number) {
    if (size > largestCopy || this.made.has(key) || this.waiting.has(key)) return;
    this.waiting.set(key, { file, size, since: now });
  }

  /** There is a copy. */
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

  /** Those that have no copy get none. */
  giveUp() {
    this.waiting.clear();
  }

  clear() {
    this.giveUp();
    this.made.clear();
    this.sum = 0;
  }

  /**
   * The next few to be copied, the last ones first: they wait longest. `room`: bytes of all copies together; what it is too small for
   * goes on waiting.
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
