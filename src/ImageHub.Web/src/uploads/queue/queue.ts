import { type Store, store } from "../../api/store";
import { mineText } from "../../text/mine";
import { isNoImage, type SizedFile } from "../adding/files";
import { bundlesAtOnce, fills, small } from "../sending/bundles";
import type { Outcome } from "../sending/outcome";
import { Pace } from "./pace";
import { givesUp, pauseOf, type Trouble } from "./retry";
import { type Row, Rows, type UploadTarget } from "./rows";
import { type Slice, Slices } from "./slices";
import type { Snapshot } from "./snapshot";
import type { Announced, Announcement, Leftover, Prepared, Surroundings } from "./surroundings";
import { Waits } from "./waits";

/** Requests at once; of large files (bytes) fewer, so that they leave the page connections for what it shows. Small files share requests, three of which count as six. */
const atOnce = 6;
const largeAtOnce = 3;
const large = 1_000_000;
/** A session is renewed for a file so often. */
const signInsAtMost = 4;
/** A page shows no more often than this (milliseconds) what changed: less often of many files, each of which is a small part. */
const frames = { few: 100, many: 400 };
const many = 100;

/** What the queue remembers of a row that is not settled. */
interface Work {
  prepared: Prepared | null;
  /** How much of it the server has; null: to be asked. */
  offset: number | null;
  tries: number;
  signIns: number;
  abort: AbortController;
}

export class UploadQueue {
  readonly snapshot: Store<Snapshot>;
  private rows = new Rows();
  private work = new Map<number, Work>();
  private nextId = 1;
  private drops = 0;

  /** Not prepared yet, to be sent again, and to be sent, each in their order. */
  private fresh = new Set<number>();
  private again = new Set<number>();
  private ready = new Set<number>();
  private sending = new Map<number, number>();
  /** Files on their way whose images nobody wants any more. */
  private takenBack = new Set<number>();
  private slices = new Slices();

  private isPaused = false;
  private wasCancelled = false;
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  private waits = new Waits(() => {
    this.pace.restart();
    this.show();
    if (this.waits.current === null) this.pump();
  });
  private pace = new Pace();

  constructor(private readonly around: Surroundings) {
    this.snapshot = store(this.look());
  }

  add(files: SizedFile[], target: UploadTarget, longestSide: number | null): number {
    if (this.work.size === 0 && this.rows.summary.counts.failed === 0) this.clear();
    this.beginRun();
    const drop = ++this.drops;
    const lost = this.lostFiles();
    const added: Row[] = [];
    for (const { file, folder, size } of files) {
      const id = this.nextId++;
      const found = lost.get(nameOf(target, file.name, size))?.pop();
      if (found !== undefined) {
        this.revive(found, file);
        continue;
      }
      const refused = isNoImage(file);
      added.push({
        id,
        name: file.name,
        size,
        file,
        folder,
        target,
        drop,
        longestSide,
        status: refused ? "failed" : "queued",
        share: 0,
        sent: 0,
        reason: refused ? mineText.uploads.reasons.noImage : null,
        isRefused: refused,
        url: null,
        imageId: null,
        key: this.around.memory.keyFor(id),
      });
    }
    this.rows.insert(added);
    for (const { id, status } of added) if (status === "queued") this.begin(id);
    this.around.memory.keep(added.filter(({ status }) => status === "queued"));
    this.show();
    this.pump();
    return drop;
  }

  /** Takes the bytes of files whose page was closed without them, by folder, name and size; answers how many of these files were among them. */
  goOn(files: SizedFile[]): number {
    const given = new Map(files.map((file) => [`${file.size} ${file.folder}/${file.file.name}`, file]));
    const found = this.rows.all.flatMap((row) => {
      const file = row.file === null && given.get(`${row.size} ${row.folder}/${row.name}`);
      return file ? [{ row, file: file.file }] : [];
    });
    if (found.length > 0) this.beginRun();
    for (const { row, file } of found) this.revive(row, file);
    this.show();
    this.pump();
    return found.length;
  }

  /** Goes on with files of a page that was closed. Those without their bytes are named. */
  restore(files: Leftover[]) {
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

  /** Nothing new is started; what is on its way arrives. */
  pause() {
    if (this.work.size === 0) return;
    this.isPaused = true;
    this.pace.restart();
    this.flush();
  }

  resume() {
    this.isPaused = false;
    this.flush();
    this.pump();
  }

  /** Goes on before the time: the connection is back. What the server asked for stays. */
  reconnected() {
    if (this.waits.current?.why === "unreachable") this.waits.end();
  }

  /** Everything that is not finished is stopped at once and forgotten. */
  cancel() {
    if (this.work.size === 0) return;
    const ids = [...this.work.keys()];
    for (const id of ids) this.stop(id);
    this.discard(ids);
    this.wasCancelled = true;
    this.settled();
  }

  /** One file: stopped where it is under way, and its row is gone. */
  remove(id: number) {
    const wasUnderWay = this.work.has(id);
    this.stop(id);
    this.discard([id]);
    if (wasUnderWay) this.settled();
    else this.flush();
  }

  /**
   * Takes a group's files of one drop out of the list and answers with the images they have become. What is on its way arrives, and is handed on as
   * soon as it is an image: a request that is broken off may have made one all the same.
   */
  takeBack(groupId: string, drop: number): string[] {
    const rows = this.rows.all.filter((row) => row.target.groupId === groupId && row.drop === drop);
    const underWay = rows.filter(({ id }) => this.sending.has(id) && this.work.has(id));
    for (const { id } of underWay) this.takenBack.add(id);
    const ids = rows.map(({ id }) => id).filter((id) => !this.takenBack.has(id));
    for (const id of ids) this.stop(id);
    this.discard(ids);
    this.settled();
    return rows.map(({ imageId }) => imageId).filter((id) => id !== null);
  }

  /** Exactly what failed is tried again. */
  retryFailed() {
    this.beginRun();
    const rows = this.rows.all.filter(({ status, isRefused }) => status === "failed" && !isRefused);
    for (const { id } of rows) {
      this.rows.reopen(id, { status: "queued", share: 0, reason: null });
      this.begin(id);
    }
    this.around.memory.keep(rows);
    this.show();
    this.pump();
  }

  /** Forgets what is finished. */
  clear() {
    this.discard(this.rows.all.filter(({ id }) => !this.work.has(id)).map(({ id }) => id));
    this.flush();
  }

  private beginRun() {
    if (this.work.size > 0) return;
    this.rows.beginRun();
    this.wasCancelled = false;
    this.pace.restart();
  }

  private begin(id: number) {
    // What was made smaller is made anew, and perhaps not of the same size: the server is told of it again.
    if (this.rows.find(id)?.longestSide != null) this.change(id, { url: null });
    const row = this.rows.find(id);
    if (row === undefined) return;
    // Of a file that is sent in one go the server has nothing, or all; of others it is asked.
    const offset = row.size > large && row.url !== null ? null : 0;
    this.work.set(id, { prepared: null, offset, tries: 0, signIns: 0, abort: new AbortController() });
    if (row.url !== null) this.ready.add(id);
    else this.fresh.add(id);
  }

  private revive(row: Row, file: File) {
    this.rows.reopen(row.id, { file, status: "queued", reason: null, isRefused: false, share: 0 });
    this.begin(row.id);
    this.around.memory.keep([{ ...row, file }]);
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

  private stop(id: number) {
    this.work.get(id)?.abort.abort(new DOMException("Cancelled", "AbortError"));
    this.leave(id);
  }

  private leave(id: number) {
    this.work.delete(id);
    for (const waiting of [this.fresh, this.again, this.ready]) waiting.delete(id);
  }

  /** Starts what may start: files in the order they were dropped, each slice being prepared while the one before is sent. */
  private pump() {
    if (this.isPaused || this.waits.current !== null) return;
    this.sendNext();
    this.prepareNext();
  }

  private sendNext() {
    while (true) {
      const from = this.again.size > 0 ? this.again : this.ready;
      const [id] = from;
      if (id === undefined) return;
      const size = this.rows.find(id)?.size ?? 0;
      if (!this.maySend(size)) return;
      from.delete(id);
      const work = this.work.get(id);
      if (work === undefined) continue;
      this.sending.set(id, size);
      void this.send(id, work).finally(() => {
        this.sending.delete(id);
        this.pump();
      });
    }
  }

  private maySend(size: number): boolean {
    let [requests, largeOnes, filled] = [0, 0, 0];
    for (const other of this.sending.values()) {
      if (other <= small) filled += fills(other);
      else requests++;
      if (other > large) largeOnes++;
    }
    // No more is handed over than requests hold: the rest can still wait for a busy server, or for somebody who pauses.
    const share = atOnce / bundlesAtOnce;
    const isFull = requests + share * filled + (size <= small ? share * fills(size) : 1) > atOnce + 1e-9;
    return !isFull && (size <= large || largeOnes < largeAtOnce);
  }

  private prepareNext() {
    const slice = this.slices.open(this.nextFresh(), this.ready.size);
    if (slice === null || slice.isAnnounced) return;
    while (this.slices.mayPrepare(slice)) {
      const row = this.nextFresh();
      const work = row === undefined ? undefined : this.work.get(row.id);
      if (row === undefined || work === undefined || !this.slices.take(slice, row)) {
        slice.isFull = true;
        break;
      }
      this.fresh.delete(row.id);
      slice.pending++;
      void this.prepare(row, work).finally(() => {
        slice.pending--;
        this.pump();
      });
    }
    if (slice.isFull && slice.pending === 0) {
      slice.isAnnounced = true;
      void this.announce(slice).finally(() => this.pump());
    }
  }

  private nextFresh(): Row | undefined {
    const [id] = this.fresh;
    return id === undefined ? undefined : this.rows.find(id);
  }

  private async prepare(row: Row, work: Work) {
    const { id } = row;
    try {
      const result = await this.around.prepare(row, work.abort.signal);
      if (this.work.get(id) !== work) return;
      if (!("kind" in result)) work.prepared = result;
      else this.fail([id], result.reason, false);
    } catch (error) {
      if (this.work.get(id) === work) this.fail([id], messageOf(error), false);
    }
  }

  private async announce(slice: Slice) {
    const ids = slice.ids.filter((id) => this.work.has(id) && this.work.get(id)?.prepared != null);
    const files = ids.map((id) => this.work.get(id)?.prepared).filter((file) => file != null);
    const done = () => this.slices.done(slice, ids.length);
    if (ids.length === 0) return done();
    let result: Announcement | Outcome;
    try {
      result = (await this.around.session(false))
        ? await this.around.announce(
            slice.target,
            files,
            this.slices.receipts.get(slice.drop) ?? null,
            slice.abort.signal,
          )
        : { kind: "signedOut" };
    } catch (error) {
      result = { kind: "failed", reason: messageOf(error) };
    }
    if (slice.abort.signal.aborted) return;
    if ("receipt" in result) {
      this.waits.answered();
      this.slices.receipts.set(slice.drop, result.receipt);
      this.locate(ids, result.files);
      return done();
    }
    // It is told again, unless that is of no use.
    slice.isAnnounced = false;
    if (result.kind === "signedOut") return ++slice.tries > signInsAtMost ? this.pause() : await this.signInAgain();
    if (result.kind === "busy" || result.kind === "unreachable") {
      if (!(await this.isHopeless(result.kind, ++slice.tries))) return this.pauseFor(result);
      result = { kind: "failed", reason: mineText.uploads.reasons[result.kind] };
    }
    done();
    if (result.kind === "gone") this.failGroup(slice.target.groupId, mineText.uploads.reasons.notFound);
    else if (result.kind === "failed") this.fail(ids, result.reason, false);
  }

  /** Takes what the server said of files. */
  private locate(ids: number[], answers: Announced[]) {
    const needed: Row[] = [];
    const settled: number[] = [];
    const unwanted: string[] = [];
    ids.forEach((id, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      if (!this.work.has(id)) {
        // Taken away while the answer came.
        if (answer.uploadUrl !== null) unwanted.push(answer.uploadUrl);
        return;
      }
      if (answer.status === "needed" && answer.uploadUrl !== null) {
        this.change(id, { url: answer.uploadUrl });
        this.ready.add(id);
        const row = this.rows.find(id);
        if (row !== undefined) needed.push(row);
        return;
      }
      if (answer.status === "failed") {
        this.finish(id, { status: "failed", share: 0, reason: this.around.refusal(answer.code) });
      } else this.finish(id, { status: "duplicate", share: 1 });
      settled.push(id);
    });
    this.around.end(unwanted);
    this.around.memory.keep(needed);
    if (settled.length > 0) this.settled(settled);
  }

  private async send(id: number, work: Work) {
    const row = this.rows.find(id);
    const blob = work.prepared?.blob ?? row?.file;
    const bytes = work.prepared?.bytes ?? row?.size ?? 0;
    if (row?.url == null || blob == null) return this.fail([id], mineText.uploads.reasons.unreadable, true);
    let outcome: Outcome;
    try {
      // Nobody sends megabytes to hear that the session is over.
      if (await this.around.session(false)) {
        work.abort.signal.throwIfAborted();
        this.change(id, { status: "sending", share: 0 });
        const progress = (share: number) =>
          this.change(id, { share, sent: share * bytes, status: share < 1 ? "sending" : "processing" });
        const answer = await this.around.send(row.url, blob, work.offset, progress, work.abort.signal);
        ({ outcome, offset: work.offset } = answer);
      } else outcome = { kind: "signedOut" };
    } catch (error) {
      outcome = { kind: "failed", reason: messageOf(error) };
    }
    // Cancelled while the answer came.
    if (this.work.get(id) === work) await this.follow(row, work, bytes, outcome);
  }

  private async follow(row: Row, work: Work, bytes: number, outcome: Outcome) {
    const { id } = row;
    if (this.takenBack.delete(id)) {
      this.leave(id);
      this.discard([id]);
      if (outcome.kind === "done") this.around.unwanted(outcome.imageId, row.target);
      return this.settled();
    }
    switch (outcome.kind) {
      case "done":
        this.waits.answered();
        this.finish(id, { status: "done", share: 1, sent: bytes, imageId: outcome.imageId });
        this.around.uploaded(row);
        return this.settled([id]);
      case "duplicate":
        this.waits.answered();
        this.finish(id, { status: "duplicate", share: 1 });
        return this.settled([id]);
      case "failed":
        this.waits.answered();
        return this.fail([id], outcome.reason, outcome.isFinal === true);
      case "gone":
        this.waits.answered();
        return this.announceAgain(id, work);
      case "signedOut":
        this.putBack(id);
        if (++work.signIns > signInsAtMost) return this.pause();
        return await this.signInAgain();
      case "elsewhere":
        return this.askLater(id, work);
      case "busy":
      case "unreachable":
        if (await this.isHopeless(outcome.kind, ++work.tries)) {
          if (this.work.get(id) === work) this.fail([id], mineText.uploads.reasons[outcome.kind], false);
        } else if (this.work.get(id) === work) {
          this.putBack(id);
          this.pauseFor(outcome);
        }
    }
  }

  /** Tells the session that it was refused; what waits goes on once somebody has signed in again. */
  private async signInAgain() {
    if (!(await this.around.session(true))) this.pause();
  }

  /** While the server is away no file is to blame. */
  private isHopeless = async (trouble: "busy" | "unreachable", tried: number) =>
    givesUp(trouble, tried) && (trouble === "busy" || (await this.around.isReachable()));

  /** Another tab may be sending the same file: the others go on meanwhile. */
  private askLater(id: number, work: Work) {
    const trouble: Trouble = "elsewhere";
    work.offset = null;
    if (givesUp(trouble, ++work.tries)) return this.fail([id], mineText.uploads.reasons.unreachable, false);
    this.change(id, { status: "queued", share: 0, sent: 0 });
    // The first time it is only not known how far the file is.
    const seconds = work.tries === 1 ? 0 : pauseOf(null, work.tries);
    setTimeout(() => {
      if (this.work.get(id) !== work) return;
      this.again.add(id);
      this.pump();
    }, seconds * 1000);
  }

  /** The address has expired. Whether the group is there at all, the answer to the announcement says. */
  private announceAgain(id: number, work: Work) {
    if (givesUp("gone", ++work.tries)) return this.fail([id], mineText.uploads.reasons.refused(404), true);
    work.offset = 0;
    this.change(id, { status: "queued", share: 0, sent: 0, url: null });
    this.fresh.add(id);
  }

  private putBack(id: number) {
    this.again.add(id);
    this.change(id, { status: "queued", share: 0, sent: 0 });
  }

  private pauseFor(outcome: Outcome & { kind: "busy" | "unreachable" }) {
    this.waits.begin(outcome.kind, outcome.kind === "busy" ? outcome.seconds : null);
  }

  /** A group that is gone is gone for all that was to go there. */
  private failGroup(groupId: string | null, reason: string) {
    const ids = [...this.work.keys()].filter((id) => this.rows.find(id)?.target.groupId === groupId);
    for (const id of ids) this.work.get(id)?.abort.abort(new DOMException("The group is gone.", "AbortError"));
    this.fail(ids, reason, true);
  }

  /** `isFinal`: the server would say the same again; it must be told of the file anew. */
  private fail(ids: number[], reason: string, isFinal: boolean) {
    for (const id of ids)
      this.finish(id, { status: "failed", share: 0, sent: 0, reason, ...(isFinal && { url: null }) });
    this.settled(ids);
  }

  private finish(id: number, patch: Partial<Row>) {
    this.leave(id);
    this.change(id, patch);
  }

  private change(id: number, patch: Partial<Row>) {
    if (this.rows.change(id, patch)) this.show();
  }

  private discard(ids: number[]) {
    if (ids.length === 0) return;
    const rows = this.rows.take(ids);
    this.around.memory.forget(rows);
    this.around.end(rows.map(unsent).filter((url) => url !== null));
  }

  /** Files have come to their end, or were taken away. */
  private settled(ids: number[] = []) {
    const rows = ids.map(this.rows.find).filter((row) => row !== undefined);
    // What may be sent again as it is stays.
    this.around.memory.forget(rows.filter(({ status, url }) => status !== "failed" || url === null));
    this.show();
    if (this.work.size > 0) return this.pump();
    this.isPaused = false;
    this.slices.drop();
    this.waits.end();
    this.around.complete();
    this.flush();
  }

  /** Shows what changed, soon: many changes are drawn as one. */
  private show() {
    this.showTimer ??= setTimeout(() => this.flush(), this.work.size > many ? frames.many : frames.few);
  }

  private flush() {
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    this.snapshot.set(this.look());
  }

  private look(): Snapshot {
    const { total, settled, retryable, weight, settledWeight, sent, counts } = this.rows.summary;
    const isBusy = this.work.size > 0;
    const isMoving = isBusy && !this.isPaused && this.waits.current === null;
    if (isMoving) this.pace.note(sent, settledWeight, Date.now());
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
      wait: this.waits.current,
      share: weight === 0 ? 0 : settledWeight / weight,
      speed: isMoving ? this.pace.speed : null,
      left: isMoving ? this.pace.left(weight - settledWeight) : null,
    };
  }
}

/** Where the server waits for the file's bytes; null: nowhere. */
const unsent = ({ status, url }: Row) => (status === "done" || status === "duplicate" ? null : url);

const nameOf = ({ groupId }: UploadTarget, name: string, size: number) => `${groupId} ${size} ${name}`;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
