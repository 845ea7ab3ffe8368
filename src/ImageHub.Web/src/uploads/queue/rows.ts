import { type Counted, count, isSettled, nothing, type Summary, type UploadStatus } from "./summary";

/** Where files go. */
export interface UploadTarget {
  /** Null: they become the signed-in user's own images. */
  groupId: string | null;
  /** What it is called. */
  groupTitle: string;
  /** Visitors see what joins it at once. */
  isPublic: boolean;
}

/** A file and how far it is. A row is replaced, never changed, so that only what differs is drawn again. */
export interface Row extends Counted {
  id: number;
  name: string;
  /** Null: the page was closed before it was sent, and its bytes went with it. */
  file: File | null;
  folder: string;
  target: UploadTarget;
  /** Files that were dropped together have the same. */
  drop: number;
  /** See `longestSide.ts`: what was asked for when it was dropped. */
  longestSide: number | null;
  status: UploadStatus;
  /** Why it failed. */
  reason: string | null;
  /** Where its bytes go, once the server knows of it. */
  url: string | null;
  /** The image that it became. */
  imageId: string | null;
  /** What it is kept under for the case that the page is closed. */
  key: string;
}

/** The files that are listed, in their order, and what they add up to: a change of one costs the same however many there are. */
export class RowList {
  private list: Row[] = [];
  private places = new Map<number, number>();
  private sum = nothing();
  private targets = new Map<string | null, number>();
  /** Before it all are settled. */
  private open = 0;
  /** RowList that were finished before this run began. */
  private past = new Set<number>();

  /** The array is another one when files come or go, and not when one of them gets on. */
  get all(): readonly Row[] {
    return this.list;
  }

  get summary(): Readonly<Summary> {
    return this.sum;
  }

  /** Not all go to the same group. */
  get hasSeveralTargets() {
    return this.targets.size > 1;
  }

  find = (id: number): Row | undefined => this.list[this.places.get(id) ?? -1];

  /** The place of the first file that is not settled. */
  firstOpen(): number {
    while (isSettled(this.list[this.open]?.status ?? "queued")) this.open++;
    return this.open;
  }

  /** What is finished counts no longer. */
  beginRun() {
    this.past = new Set(this.places.keys());
    this.sum = nothing();
    for (const row of this.list) count(this.sum, row, false, 1);
  }

  /** Whether there is such a row. */
  change(id: number, patch: Partial<Row>): boolean {
    return this.replace(id, patch, () => undefined);
  }

  /** A row that was settled is open again, and of this run. */
  reopen(id: number, patch: Partial<Row>): boolean {
    this.open = 0;
    return this.replace(id, patch, () => this.past.delete(id));
  }

  insert(rows: Row[]) {
    for (const row of rows) {
      this.places.set(row.id, this.places.size);
      count(this.sum, row, true, 1);
      this.targets.set(row.target.groupId, (this.targets.get(row.target.groupId) ?? 0) + 1);
    }
    this.list = [...this.list, ...rows];
  }

  /** Takes rows out of the list. */
  take(ids: number[]): Row[] {
    const gone = new Set(ids);
    const rows = this.list.filter(({ id }) => gone.has(id));
    for (const row of rows) {
      const { groupId } = row.target;
      const left = (this.targets.get(groupId) ?? 0) - 1;
      if (left > 0) this.targets.set(groupId, left);
      else this.targets.delete(groupId);
      count(this.sum, row, !this.past.has(row.id), -1);
    }
    this.list = this.list.filter(({ id }) => !gone.has(id));
    this.places = new Map(this.list.map(({ id }, place) => [id, place]));
    this.open = 0;
    return rows;
  }

  /** `between`: what changes of how it counts. */
  private replace(id: number, patch: Partial<Row>, between: () => void): boolean {
    const place = this.places.get(id);
    const row = this.find(id);
    if (place === undefined || row === undefined) return false;
    const changed = { ...row, ...patch };
    count(this.sum, row, !this.past.has(id), -1);
    between();
    count(this.sum, changed, !this.past.has(id), 1);
    this.list[place] = changed;
    return true;
  }
}
