import { mineText } from "../../text/mine";
import { type Counted, count, isSettled, nothing, type Summary, type UploadStatus } from "./summary";

/** The destination of files. */
export interface UploadTarget {
  /** Null for the signed-in user's own images. */
  groupId: string | null;
  /** The title of the group, or the name of the user's own images. */
  groupTitle: string;
  /** Whether visitors see added photos at once. */
  isPublic: boolean;
}

/** A listed file and its progress. Changes replace the row, so that only changed rows are rendered again. */
export interface Row extends Counted {
  id: number;
  name: string;
  /** Null if the page was closed before the file was sent, and its bytes are lost. */
  file: File | null;
  folder: string;
  /** The file that describes the photo; null without one. */
  sidecar: File | null;
  target: UploadTarget;
  /** The number of the drop; the same for files that were dropped together. */
  drop: number;
  /** The requested longest side when the file was dropped, see `longestSide.ts`. */
  longestSide: number | null;
  status: UploadStatus;
  /** The reason for a failure, or a remark about the sidecar of a photo that the server has. */
  reason: string | null;
  /** The upload address; null if the file must be announced first. */
  url: string | null;
  /** The id of the uploaded image. */
  imageId: string | null;
  /** The key in the store of unfinished uploads. */
  key: string;
}

/** The remark that a duplicate's sidecar was not sent, because the sidecar could overwrite edits; null without a sidecar. */
export const remarkOn = (row: Row | undefined) => (row?.sidecar ? mineText.uploads.reasons.notDescribed : null);

/** The listed files in order, with a summary. The cost of changing a row does not depend on the number of files. */
export class RowList {
  private list: Row[] = [];
  private places = new Map<number, number>();
  private sum = nothing();
  private targets = new Map<string | null, number>();
  /** All rows before this index are settled. */
  private open = 0;
  /** Rows that were settled before this run. */
  private past = new Set<number>();

  /** The rows. The array changes its identity when rows are added or removed, but not when a row changes. */
  get all(): readonly Row[] {
    return this.list;
  }

  get summary(): Readonly<Summary> {
    return this.sum;
  }

  /** Whether the files have several targets. */
  get hasSeveralTargets() {
    return this.targets.size > 1;
  }

  find = (id: number): Row | undefined => this.list[this.places.get(id) ?? -1];

  /** The index of the first unsettled file. */
  firstOpen(): number {
    while (isSettled(this.list[this.open]?.status ?? "queued")) this.open++;
    return this.open;
  }

  /** Starts a run. The run does not count the files that are settled now. */
  beginRun() {
    this.past = new Set(this.places.keys());
    this.sum = nothing();
    for (const row of this.list) count(this.sum, row, false, 1);
  }

  /** Changes a row. Returns whether it exists. */
  change(id: number, patch: Partial<Row>): boolean {
    return this.replace(id, patch, () => undefined);
  }

  /** Reopens a settled row as a part of this run. */
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

  /** Removes rows from the list. */
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

  /** `between`: changes how the row counts. */
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
