import { type Store, store } from "../../api/store";
import { mineText } from "../../text/mine";
import { isNoImage, type SizedFile } from "../adding/files";
import { isSidecar, pairSidecars, undescribed, withoutSidecars } from "../adding/sidecars";
import { FileAnnouncer } from "./fileAnnouncer";
import { FileSender } from "./fileSender";
import { PendingList } from "./pendingList";
import type { PersistedUpload, UploadPorts } from "./ports";
import type { QueueContext } from "./queueContext";
import { givesUp } from "./retry";
import { type Row, RowList, type UploadTarget } from "./rows";
import { SharedWait } from "./sharedWait";
import type { Snapshot } from "./snapshot";
import { SpeedEstimate } from "./speed";

/** The minimum interval between updates of the page, in milliseconds. The interval is longer for many files. */
const frames = { few: 100, many: 400 };
const many = 100;

/** The uploads of this page: the list of files, and the order of their steps. */
export class UploadQueue {
  readonly snapshot: Store<Snapshot>;
  private rows = new RowList();
  private pending = new PendingList();
  private nextId = 1;
  private drops = 0;

  private isPaused = false;
  private wasCancelled = false;
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  private speed = new SpeedEstimate();
  private wait = new SharedWait(() => {
    this.speed.restart();
    this.show();
    if (this.wait.current === null) this.pump();
  });
  private readonly announcer: FileAnnouncer;
  private readonly sender: FileSender;

  constructor(private readonly ports: UploadPorts) {
    const context: QueueContext = {
      ports,
      rows: this.rows,
      pending: this.pending,
      wait: this.wait,
      pump: () => this.pump(),
      pause: () => this.pause(),
      pauseFor: (outcome) => this.wait.begin(outcome.kind, outcome.kind === "busy" ? outcome.seconds : null),
      signInAgain: async () => {
        if (!(await ports.session(true))) this.pause();
      },
      shouldGiveUp: async (trouble, tried) =>
        givesUp(trouble, tried) && (trouble === "busy" || (await ports.isReachable())),
      change: (id, patch) => this.change(id, patch),
      finish: (id, patch) => this.finish(id, patch),
      fail: (ids, reason, isFinal) => this.fail(ids, reason, isFinal),
      discard: (ids) => this.discard(ids),
      settled: (ids) => this.settled(ids),
    };
    this.announcer = new FileAnnouncer(context);
    this.sender = new FileSender(context);
    this.snapshot = store(this.look());
  }

  add(files: SizedFile[], target: UploadTarget, longestSide: number | null): number {
    if (this.pending.size === 0 && this.rows.summary.counts.failed === 0) this.clear();
    this.beginRun();
    const drop = ++this.drops;
    const { reasons } = mineText.uploads;
    const lost = this.lostFiles();
    const added: Row[] = [];
    const unused = target.groupId === null ? reasons.noSidecars : reasons.noPhoto;
    const { photos, alone } = target.groupId === null ? withoutSidecars(files) : pairSidecars(files);
    for (const { file, folder, size, sidecar } of [...photos, ...alone.map(undescribed)]) {
      const id = this.nextId++;
      const found = lost.get(nameOf(target, file.name, size))?.pop();
      if (found !== undefined) {
        this.revive(found, file);
        continue;
      }
      const isAlone = isSidecar(file.name);
      const refused = isAlone || isNoImage(file);
      added.push({
        id,
        name: file.name,
        size,
        file,
        folder,
        sidecar,
        target,
        drop,
        longestSide,
        status: refused ? "failed" : "queued",
        share: 0,
        sent: 0,
        reason: isAlone ? unused : refused ? reasons.noImage : null,
        isRefused: refused,
        url: null,
        imageId: null,
        key: this.ports.persistence.keyFor(id),
      });
    }
    this.rows.insert(added);
    for (const { id, status } of added) if (status === "queued") this.begin(id);
    this.ports.persistence.keep(added.filter(({ status }) => status === "queued"));
    this.show();
    this.pump();
    return drop;
  }

  /**
   * Resumes lost files with the bytes of the given files. A match has the same name and size, and its folder is the same
   * as far as both folders are known. Returns the number of matches.
   */
  goOn(files: SizedFile[]): number {
    const given = new Map<string, SizedFile[]>();
    for (const file of files) {
      const key = `${file.size} ${file.file.name}`;
      const same = given.get(key);
      if (same === undefined) given.set(key, [file]);
      else same.push(file);
    }
    const found: { row: Row; file: File }[] = [];
    let lost = this.rows.all.filter(({ file }) => file === null);
    // Files in exactly the same folder are assigned first.
    for (const isMatch of [isSameFolder, isPartOfFolder])
      lost = lost.filter((row) => {
        const same = given.get(`${row.size} ${row.name}`) ?? [];
        const place = same.findIndex(({ folder }) => isMatch(folder, row.folder));
        if (place < 0) return true;
        for (const { file } of same.splice(place, 1)) found.push({ row, file });
        return false;
      });
    if (found.length > 0) this.beginRun();
    for (const { row, file } of found) this.revive(row, file);
    this.show();
    this.pump();
    return found.length;
  }

  /** Resumes the uploads of a closed page. Files without bytes are listed as lost. */
  restore(files: PersistedUpload[]) {
    this.beginRun();
    const drops = new Map<string, number>();
    const rows = files.map(({ drop, ...file }): Row => {
      if (!drops.has(drop)) drops.set(drop, ++this.drops);
      const isLost = file.file === null;
      return {
        ...file,
        id: this.nextId++,
        drop: drops.get(drop) ?? 0,
        status: isLost ? "failed" : "queued",
        share: 0,
        sent: 0,
        imageId: null,
        reason: isLost ? mineText.uploads.reasons.lost : null,
        isRefused: isLost,
      };
    });
    this.rows.insert(rows);
    for (const { id, status } of rows) if (status === "queued") this.begin(id);
    this.flush();
    this.pump();
  }

  /** Starts no more files. Requests that are being sent continue. */
  pause() {
    if (this.pending.size === 0) return;
    this.isPaused = true;
    this.speed.restart();
    this.flush();
  }

  resume() {
    this.isPaused = false;
    this.flush();
    this.pump();
  }

  /** Ends the wait for the connection early. A wait for a busy server continues. */
  reconnected() {
    if (this.wait.current?.why === "unreachable") this.wait.end();
  }

  /** Cancels and removes all unfinished files. */
  cancel() {
    if (this.pending.size === 0) return;
    const { ids } = this.pending;
    for (const id of ids) this.pending.cancel(id);
    this.discard(ids);
    this.wasCancelled = true;
    this.settled();
  }

  /** Cancels and removes one file. */
  remove(id: number) {
    const wasUnderWay = this.pending.has(id);
    this.pending.cancel(id);
    this.discard([id]);
    if (wasUnderWay) this.settled();
    else this.flush();
  }

  /**
   * Removes a group's files of one drop from the list and returns the images created from them. Files that are being
   * sent continue, because an aborted request may create an image; `UploadPorts.unwanted` reports these images later.
   */
  takeBack(groupId: string, drop: number): string[] {
    const rows = this.rows.all.filter((row) => row.target.groupId === groupId && row.drop === drop);
    const underWay = rows.filter(({ id }) => this.sender.isSending(id) && this.pending.has(id));
    for (const { id } of underWay) this.sender.takeBack(id);
    const ids = rows.map(({ id }) => id).filter((id) => !this.sender.isTakenBack(id));
    for (const id of ids) this.pending.cancel(id);
    this.discard(ids);
    this.settled();
    return rows.flatMap(({ id, imageId }) => (imageId === null || this.sender.isTakenBack(id) ? [] : [imageId]));
  }

  /** Retries the failed files, except files that must not be retried. */
  retryFailed() {
    this.beginRun();
    const rows = this.rows.all.filter(({ status, isRefused }) => status === "failed" && !isRefused);
    for (const { id } of rows) {
      this.rows.reopen(id, { status: "queued", share: 0, reason: null });
      this.begin(id);
    }
    this.ports.persistence.keep(rows);
    this.show();
    this.pump();
  }

  /** Removes the settled files from the list. */
  clear() {
    this.discard(this.rows.all.filter(({ id }) => !this.pending.has(id)).map(({ id }) => id));
    this.flush();
  }

  private beginRun() {
    if (this.pending.size > 0) return;
    this.rows.beginRun();
    this.wasCancelled = false;
    this.speed.restart();
  }

  private begin(id: number) {
    const before = this.rows.find(id);
    if (before?.longestSide != null && before.url !== null) {
      // Reducing the file again may result in other bytes, so the file must be announced again.
      this.ports.end([before.url]);
      this.change(id, { url: null });
    }
    const row = this.rows.find(id);
    if (row !== undefined) this.pending.begin(row);
  }

  private revive(row: Row, file: File) {
    this.rows.reopen(row.id, { file, status: "queued", reason: null, isRefused: false, share: 0 });
    this.begin(row.id);
    this.ports.persistence.keep([{ ...row, file }]);
  }

  private lostFiles(): Map<string, Row[]> {
    const lost = new Map<string, Row[]>();
    if (this.rows.summary.counts.failed === 0) return lost;
    for (const row of this.rows.all) {
      if (row.file !== null) continue;
      const name = nameOf(row.target, row.name, row.size);
      lost.set(name, [row, ...(lost.get(name) ?? [])]);
    }
    return lost;
  }

  /** Starts the work that can start. Files keep their order; one slice is prepared while the previous one is sent. */
  private pump() {
    if (this.isPaused || this.wait.current !== null) return;
    this.sender.next();
    this.announcer.next();
  }

  /** `isFinal`: another try needs a new announcement, because the server would otherwise repeat its response. */
  private fail(ids: number[], reason: string, isFinal: boolean) {
    for (const id of ids)
      this.finish(id, { status: "failed", share: 0, sent: 0, reason, ...(isFinal && { url: null }) });
    this.settled(ids);
  }

  private finish(id: number, patch: Partial<Row>) {
    this.pending.remove(id);
    this.change(id, patch);
  }

  private change(id: number, patch: Partial<Row>) {
    if (this.rows.change(id, patch)) this.show();
  }

  private discard(ids: number[]) {
    if (ids.length === 0) return;
    const rows = this.rows.take(ids);
    this.ports.persistence.forget(rows);
    this.ports.end(rows.map(unsent).filter((url) => url !== null));
  }

  /** Continues after files have been settled or removed. */
  private settled(ids: number[] = []) {
    const rows = ids.map(this.rows.find).filter((row) => row !== undefined);
    // Failed files that can be sent again stay stored.
    this.ports.persistence.forget(rows.filter(({ status, url }) => status !== "failed" || url === null));
    this.show();
    if (this.pending.size > 0) return this.pump();
    this.isPaused = false;
    this.announcer.cancel();
    this.wait.end();
    this.ports.complete();
    this.flush();
  }

  /** Updates the page after a delay, so that one update shows many changes. */
  private show() {
    this.showTimer ??= setTimeout(() => this.flush(), this.pending.size > many ? frames.many : frames.few);
  }

  private flush() {
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    this.snapshot.set(this.look());
  }

  private look(): Snapshot {
    const { total, settled, retryable, weight, settledWeight, sent, counts } = this.rows.summary;
    const isBusy = this.pending.size > 0;
    const isMoving = isBusy && !this.isPaused && this.wait.current === null;
    if (isMoving) this.speed.note(sent, settledWeight, Date.now());
    return {
      rows: this.rows.all,
      firstOpen: isBusy ? this.rows.firstOpen() : -1,
      hasSeveralTargets: this.rows.hasSeveralTargets,
      counts: { ...counts },
      total,
      settled,
      retryable,
      lost: counts.failed > 0 ? this.rows.all.reduce((sum, { file }) => sum + (file === null ? 1 : 0), 0) : 0,
      isBusy,
      isPaused: this.isPaused,
      wasCancelled: this.wasCancelled,
      wait: this.wait.current,
      share: weight === 0 ? 0 : settledWeight / weight,
      speed: isMoving ? this.speed.speed : null,
      left: isMoving ? this.speed.left(weight - settledWeight) : null,
    };
  }
}

/** The upload address of a file whose bytes the server still expects, or null. */
const unsent = ({ status, url }: Row) => (status === "done" || status === "duplicate" ? null : url);

const isSameFolder = (given: string, folder: string) => given === folder;

/** Whether one path is the end of the other: the user chose a folder inside or around the dropped folder. Single files have no path. */
const isPartOfFolder = (given: string, folder: string) =>
  given === "" || folder === "" || `/${given}`.endsWith(`/${folder}`) || `/${folder}`.endsWith(`/${given}`);

const nameOf = ({ groupId }: UploadTarget, name: string, size: number) => `${groupId} ${size} ${name}`;
