import { type Store, store } from "../api/store";
import { text } from "../text";
import { type DroppedFile, isNoImage } from "./files";
import type { Outcome } from "./outcome";
import { Pace } from "./pace";

/** Where files go. */
export interface UploadTarget {
  /** Null: they become the signed-in user's own images. */
  groupId: string | null;
  /** What it is called. */
  groupTitle: string;
}

export type UploadStatus = "queued" | "sending" | "processing" | "done" | "duplicate" | "failed";

/** A file and how far it is. A row is replaced, never changed, so that only what differs is drawn again. */
export interface Row {
  id: number;
  file: File;
  folder: string;
  target: UploadTarget;
  /** Files that were dropped together have the same. */
  drop: number;
  /** See `longestSide.ts`: what was asked for when it was dropped. */
  longestSide: number | null;
  status: UploadStatus;
  /** The share that is on the wire, 0 to 1. */
  share: number;
  /** Why it failed. */
  reason: string | null;
  /** It failed, and trying again is of no use: it is no image. */
  isRefused: boolean;
  /** Set once it is uploaded. */
  imageId: string | null;
  finishedAt: number;
}

/** What is sent for a file. */
export interface Prepared {
  blob: Blob;
  fileName: string;
}

/** Why nothing is sent at the moment, and until when (milliseconds since 1970). */
export interface Wait {
  why: "busy" | "unreachable";
  until: number;
}

export interface Snapshot {
  rows: readonly Row[];
  counts: Record<UploadStatus, number>;
  /** Files of this run: what was finished before it began is listed, and not counted. */
  total: number;
  settled: number;
  /** Failed ones that "Retry failed" would send. */
  retryable: number;
  isBusy: boolean;
  isPaused: boolean;
  /** The last run was ended by hand. */
  wasCancelled: boolean;
  wait: Wait | null;
  /** All files of this run together, 0 to 1. */
  share: number;
  /** Bytes a second. */
  speed: number | null;
  /** Seconds. */
  left: number | null;
}

/** What the queue needs of the world. All of them reject with the signal's reason when it says stop. */
export interface Surroundings {
  /** Hashes the file, makes it smaller where that is asked for, and asks whether the group has it already. */
  prepare(row: Row, signal: AbortSignal): Promise<Prepared | Outcome>;
  send(
    row: Row,
    prepared: Prepared,
    progress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Outcome | { kind: "unreadable" }>;
  /** Resolves when there is a session that can be used: `false` when there will be none. `refused`: the last one was not. */
  session(refused: boolean): Promise<boolean>;
  /** Whether the server answers at all. */
  isReachable(): Promise<boolean>;
  /** An image was uploaded. */
  uploaded(row: Row): void;
  /** Nothing is left to send: what remains to be done with the rows together. Never rejects. */
  complete(rows: readonly Row[]): Promise<void>;
}

/** Sent at once. More only waits on the server, which renders a few at once itself. */
const atOnce = 3;
/** Hashed or made smaller at once, and lying ready to be sent: made smaller, they are in memory. */
const preparedAtOnce = 4;
const readyAtMost = 6;
/** A file is tried this often by itself, and more often where the server asks for it. */
const tries = { unreachable: 4, busy: 8, signedOut: 4 };
/** Where the server does not say how long, the waits double up to this (seconds). */
const longestWait = 15;
/** A page shows no more often than this (milliseconds) what changed. */
const frame = 100;

/** What the queue remembers of a row that is not settled. */
interface Work {
  step: "new" | "preparing" | "ready" | "sending";
  prepared: Prepared | null;
  tries: number;
  abort: AbortController;
}

export class UploadQueue {
  readonly snapshot: Store<Snapshot>;
  private rows = new Map<number, Row>();
  private work = new Map<number, Work>();
  private nextId = 1;
  private drops = 0;
  /** Rows that were finished before this run began. */
  private past = new Set<number>();
  private isPaused = false;
  private completing = 0;
  private wasCancelled = false;
  private wait: Wait | null = null;
  private waitTimer: ReturnType<typeof setTimeout> | undefined;
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  /** Waits since the last answer: each is longer than the one before. */
  private waits = 0;
  private pace = new Pace();
  /** Bytes that went over the wire for settled files. */
  private sent = 0;

  constructor(private readonly around: Surroundings) {
    this.snapshot = store(this.look());
  }

  add(files: DroppedFile[], target: UploadTarget, longestSide: number | null) {
    if (this.work.size === 0 && !this.snapshot.get().rows.some((row) => row.status === "failed")) this.clear();
    this.beginRun();
    const drop = ++this.drops;
    for (const { file, folder } of files) {
      const refused = isNoImage(file);
      const row: Row = {
        id: this.nextId++,
        file,
        folder,
        target,
        drop,
        longestSide,
        status: refused ? "failed" : "queued",
        share: 0,
        reason: refused ? text.uploads.reasons.noImage : null,
        isRefused: refused,
        imageId: null,
        finishedAt: 0,
      };
      this.rows.set(row.id, row);
      if (!refused) this.begin(row.id);
    }
    this.show();
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
    if (this.wait?.why === "unreachable") this.waitUntil(null);
  }

  /** Everything that is not finished is stopped at once and forgotten. */
  cancel() {
    if (this.work.size === 0) return;
    for (const id of [...this.work.keys()]) this.drop(id);
    this.wasCancelled = true;
    this.settled();
  }

  /** One file: stopped where it is under way, and its row is gone. */
  remove(id: number) {
    const wasUnderWay = this.work.has(id);
    this.drop(id);
    if (wasUnderWay) this.settled();
    else this.flush();
  }

  /** Exactly what failed is tried again. */
  retryFailed() {
    this.beginRun();
    for (const row of this.rows.values()) {
      if (row.status !== "failed" || row.isRefused) continue;
      this.begin(row.id);
      this.past.delete(row.id);
      this.change(row.id, { status: "queued", share: 0, reason: null });
    }
    this.show();
    this.pump();
  }

  /** Forgets what is finished. */
  clear() {
    for (const id of [...this.rows.keys()]) if (!this.work.has(id)) this.rows.delete(id);
    this.flush();
  }

  private beginRun() {
    if (this.work.size > 0) return;
    this.past = new Set(this.rows.keys());
    this.wasCancelled = false;
    this.sent = 0;
    this.pace.restart();
  }

  private begin(id: number) {
    this.work.set(id, { step: "new", prepared: null, tries: 0, abort: new AbortController() });
  }

  private drop(id: number) {
    this.work.get(id)?.abort.abort(new DOMException("Cancelled", "AbortError"));
    this.work.delete(id);
    this.rows.delete(id);
  }

  /** Starts what may start: files in the order they were dropped, each being prepared while others are sent. */
  private pump() {
    if (this.isPaused || this.wait !== null) return;
    const steps = { new: 0, preparing: 0, ready: 0, sending: 0 };
    for (const { step } of this.work.values()) steps[step]++;
    for (const [id, work] of this.work) {
      if (steps.sending >= atOnce && (steps.preparing >= preparedAtOnce || steps.ready >= readyAtMost)) return;
      if (work.step === "ready" && steps.sending < atOnce) {
        steps.ready--;
        steps.sending++;
        void this.send(id, work);
      } else if (
        work.step === "new" &&
        steps.preparing < preparedAtOnce &&
        steps.preparing + steps.ready < readyAtMost
      ) {
        steps.preparing++;
        void this.prepare(id, work);
      }
    }
  }

  private async prepare(id: number, work: Work) {
    work.step = "preparing";
    await this.guarded(id, work, "new", async (row) => {
      const result = await this.around.prepare(row, work.abort.signal);
      if ("kind" in result) return result;
      work.prepared = result;
      work.step = "ready";
      return null;
    });
  }

  private async send(id: number, work: Work) {
    work.step = "sending";
    await this.guarded(id, work, "ready", async (row) => {
      if (work.prepared === null) return null;
      // Nobody sends megabytes to hear that the session is over.
      if (!(await this.around.session(false))) return { kind: "signedOut" };
      work.abort.signal.throwIfAborted();
      this.change(id, { status: "sending", share: 0 });
      const progress = (share: number) => this.change(id, { share, status: share < 1 ? "sending" : "processing" });
      const outcome = await this.around.send(row, work.prepared, progress, work.abort.signal);
      return outcome.kind === "unreadable" ? { kind: "failed", reason: text.uploads.reasons.unreadable } : outcome;
    });
  }

  /** Runs a step of a row and does what its outcome asks for; `again`: the step to take where it has to be tried again. */
  private async guarded(id: number, work: Work, again: Work["step"], step: (row: Row) => Promise<Outcome | null>) {
    const row = this.rows.get(id);
    if (row === undefined) return;
    let outcome: Outcome | null;
    try {
      outcome = await step(row);
    } catch (error) {
      if (work.abort.signal.aborted) return this.pump();
      outcome = { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
    // Cancelled while the answer came.
    if (this.work.get(id) !== work) return this.pump();
    if (outcome !== null) await this.follow(id, work, again, outcome);
    this.pump();
  }

  private async follow(id: number, work: Work, again: Work["step"], outcome: Outcome) {
    switch (outcome.kind) {
      case "done": {
        this.waits = 0;
        this.sent += work.prepared?.blob.size ?? 0;
        this.finish(id, { status: "done", share: 1, imageId: outcome.imageId, finishedAt: performance.now() });
        const row = this.rows.get(id);
        if (row !== undefined) this.around.uploaded(row);
        return this.settled();
      }
      case "duplicate":
        this.waits = 0;
        this.finish(id, { status: "duplicate", share: 1 });
        return this.settled();
      case "failed":
        this.waits = 0;
        this.finish(id, { status: "failed", share: 0, reason: outcome.reason });
        if (outcome.groupIsGone) this.failGroup(id, outcome.reason);
        return this.settled();
      case "signedOut":
        this.waitFor(id, work, again);
        // Tells the session that it was refused; what waits goes on once somebody has signed in again.
        if (++work.tries > tries.signedOut || !(await this.around.session(true))) this.pause();
        return;
      case "busy":
      case "unreachable":
        return await this.tryLater(id, work, again, outcome);
    }
  }

  private async tryLater(id: number, work: Work, again: Work["step"], outcome: Later) {
    const { kind } = outcome;
    // While the server is away no file is to blame.
    if (++work.tries >= tries[kind] && (kind === "busy" || (await this.around.isReachable()))) {
      if (this.work.get(id) !== work) return;
      this.waits = 0;
      this.finish(id, { status: "failed", share: 0, reason: text.uploads.reasons[kind] });
      return this.settled();
    }
    if (this.work.get(id) !== work) return;
    this.waitFor(id, work, again);
    const asked = kind === "busy" ? outcome.seconds : null;
    // Those that were under way with it fail with it, which says nothing new.
    if (asked === null && this.wait !== null) return;
    const seconds = asked ?? Math.min(longestWait, 2 ** this.waits++);
    const until = Date.now() + seconds * 1000;
    // The longest wait counts.
    if (this.wait === null || this.wait.until < until) this.waitUntil({ why: kind, until });
  }

  private waitFor(id: number, work: Work, again: Work["step"]) {
    work.step = again;
    this.change(id, { status: "queued", share: 0 });
  }

  /** A group that is gone is gone for all that was to go there. */
  private failGroup(id: number, reason: string) {
    const groupId = this.rows.get(id)?.target.groupId;
    for (const [other, { abort }] of [...this.work]) {
      if (this.rows.get(other)?.target.groupId !== groupId) continue;
      abort.abort(new DOMException("The group is gone.", "AbortError"));
      this.finish(other, { status: "failed", share: 0, reason });
    }
  }

  private waitUntil(wait: Wait | null) {
    clearTimeout(this.waitTimer);
    this.wait = wait;
    this.pace.restart();
    this.show();
    if (wait === null) this.pump();
    else this.waitTimer = setTimeout(() => this.waitUntil(null), Math.max(0, wait.until - Date.now()));
  }

  private finish(id: number, patch: Partial<Row>) {
    this.work.delete(id);
    this.change(id, patch);
  }

  private change(id: number, patch: Partial<Row>) {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.set(id, { ...row, ...patch });
    this.show();
  }

  private settled() {
    this.show();
    if (this.work.size > 0) return this.pump();
    this.isPaused = false;
    if (this.wait !== null) this.waitUntil(null);
    void this.complete();
  }

  private async complete() {
    this.completing++;
    this.flush();
    await this.around.complete(this.snapshot.get().rows);
    this.completing--;
    this.flush();
  }

  /** Shows what changed, soon: many changes are drawn as one. */
  private show() {
    this.showTimer ??= setTimeout(() => this.flush(), frame);
  }

  private flush() {
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    this.snapshot.set(this.look());
  }

  private look(): Snapshot {
    const counts = { queued: 0, sending: 0, processing: 0, done: 0, duplicate: 0, failed: 0 };
    const rows = [...this.rows.values()];
    let retryable = 0;
    let total = 0;
    let settled = 0;
    let bytes = 0;
    let settledBytes = 0;
    let sent = this.sent;
    for (const row of rows) {
      counts[row.status]++;
      if (row.status === "failed" && !row.isRefused) retryable++;
      if (this.past.has(row.id)) continue;
      const work = this.work.get(row.id);
      const weight = row.file.size + overhead;
      total++;
      bytes += weight;
      if (work === undefined) settled++;
      // The last tenth is the server's work.
      settledBytes += weight * (work === undefined ? 1 : row.share * 0.9);
      sent += row.share * (work?.prepared?.blob.size ?? 0);
    }
    const isBusy = this.work.size > 0 || this.completing > 0;
    const isMoving = isBusy && !this.isPaused && this.wait === null;
    if (isMoving) this.pace.note(sent, settledBytes, Date.now());
    return {
      rows,
      counts,
      total,
      settled,
      retryable,
      isBusy,
      isPaused: this.isPaused,
      wasCancelled: this.wasCancelled,
      wait: this.wait,
      share: bytes === 0 ? 0 : settledBytes / bytes,
      speed: isMoving ? this.pace.speed : null,
      left: isMoving ? this.pace.left(bytes - settledBytes) : null,
    };
  }
}

type Later = Outcome & { kind: "busy" | "unreachable" };

/** What a file costs beside its bytes, in bytes: many small ones take longer than one large. */
const overhead = 100_000;
