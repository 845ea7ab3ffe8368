import type { Prepared } from "./ports";
import { noTries, type Trouble } from "./retry";
import type { Row } from "./rows";

/** The size in bytes above which a file is large. Fewer large files are sent at once, and they can be resumed in the middle. */
export const large = 1_000_000;

/** The queue's state of a file that is not settled. */
export interface PendingFile {
  prepared: Prepared | null;
  /** The number of bytes received by the server; null if it is unknown and must be requested. */
  offset: number | null;
  /** The largest number of bytes that the server has reported. */
  received: number;
  /** The number of failed tries since the server received further bytes. */
  tries: Record<Trouble, number>;
  signIns: number;
  abort: AbortController;
}

/** The files that are not settled, by their next step. */
export class PendingList {
  private readonly files = new Map<number, PendingFile>();
  /** Files to be prepared, files to be sent again, and files to be sent for the first time. Each set is in order. */
  readonly unprepared = new Set<number>();
  readonly retried = new Set<number>();
  readonly ready = new Set<number>();

  get size() {
    return this.files.size;
  }

  get ids(): number[] {
    return [...this.files.keys()];
  }

  has = (id: number) => this.files.has(id);

  find = (id: number): PendingFile | undefined => this.files.get(id);

  begin({ id, size, url }: Row) {
    // A file that is sent in one request has arrived completely or not at all.
    const offset = size > large && url !== null ? null : 0;
    this.files.set(id, {
      ...{ prepared: null, offset, received: 0, tries: noTries(), signIns: 0 },
      abort: new AbortController(),
    });
    if (url !== null) this.ready.add(id);
    else this.unprepared.add(id);
  }

  /** Puts a file back among the unprepared files, in order. */
  prepareAgain(id: number) {
    const ids = [...this.unprepared, id].sort((a, b) => a - b);
    this.unprepared.clear();
    for (const each of ids) this.unprepared.add(each);
  }

  remove(id: number) {
    this.files.delete(id);
    for (const ids of [this.unprepared, this.retried, this.ready]) ids.delete(id);
  }

  /** Aborts the requests and the preparation of a file, and removes it. */
  cancel(id: number) {
    this.files.get(id)?.abort.abort(new DOMException("Cancelled", "AbortError"));
    this.remove(id);
  }
}
