import { mineText } from "../../text/mine";
import type { Outcome } from "../sending/outcome";
import { messageOf } from "./messageOf";
import type { PendingFile } from "./pendingList";
import type { Announced, Announcement } from "./ports";
import type { QueueContext } from "./queueContext";
import { maxSignIns } from "./retry";
import { type Row, remarkOn } from "./rows";
import { type Slice, SlicePlanner } from "./slices";

/** Prepares files and announces them to the server, one slice at a time. */
export class FileAnnouncer {
  private readonly slices = new SlicePlanner();

  constructor(private readonly queue: QueueContext) {}

  /** Prepares the next files of the open slice, and announces the slice once it is full. */
  next() {
    const slice = this.slices.open(this.nextRow(), this.queue.pending.ready.size);
    if (slice === null || slice.isAnnounced) return;
    while (this.slices.mayPrepare(slice)) {
      const row = this.nextRow();
      const file = row && this.queue.pending.find(row.id);
      if (row === undefined || file === undefined || !this.slices.take(slice, row)) {
        slice.isFull = true;
        break;
      }
      this.queue.pending.unprepared.delete(row.id);
      slice.pending++;
      void this.prepare(slice, row, file).finally(() => {
        slice.pending--;
        this.queue.pump();
      });
    }
    if (slice.isFull && slice.pending === 0) {
      slice.isAnnounced = true;
      void this.announce(slice).finally(() => this.queue.pump());
    }
  }

  /** Cancels the open slice. */
  cancel() {
    this.slices.drop();
  }

  private nextRow(): Row | undefined {
    const [id] = this.queue.pending.unprepared;
    return id === undefined ? undefined : this.queue.rows.find(id);
  }

  private async prepare(slice: Slice, row: Row, file: PendingFile) {
    const { ports, pending } = this.queue;
    const { id } = row;
    try {
      const result = await ports.prepare(row, file.abort.signal);
      if (pending.find(id) !== file) return;
      if (!("kind" in result)) file.prepared = result;
      else if (result.kind === "failed") this.queue.fail([id], result.reason, false);
      else {
        this.slices.putBack(slice, row);
        pending.prepareAgain(id);
        this.queue.pauseFor(result);
      }
    } catch (error) {
      if (pending.find(id) === file) this.queue.fail([id], messageOf(error), false);
    }
  }

  private async announce(slice: Slice) {
    const { ports, pending, wait } = this.queue;
    // A file may have been prepared after later files.
    const ids = slice.ids.filter((id) => pending.find(id)?.prepared != null).sort((a, b) => a - b);
    const files = ids.map((id) => pending.find(id)?.prepared).filter((file) => file != null);
    const done = () => this.slices.done(slice, ids.length);
    if (ids.length === 0) return done();
    let result: Announcement | Outcome;
    try {
      const receipt = this.slices.receipts.get(slice.drop) ?? null;
      result = (await ports.session(false))
        ? await ports.announce(slice.target, files, receipt, slice.abort.signal)
        : { kind: "signedOut" };
    } catch (error) {
      result = { kind: "failed", reason: messageOf(error) };
    }
    if (slice.abort.signal.aborted) return;
    if ("receipt" in result) {
      wait.answered();
      this.slices.receipts.set(slice.drop, result.receipt);
      this.apply(ids, result.files);
      return done();
    }
    // The slice is announced again if another attempt may succeed.
    slice.isAnnounced = false;
    if (result.kind === "signedOut")
      return ++slice.tries > maxSignIns ? this.queue.pause() : await this.queue.signInAgain();
    if (result.kind === "busy" || result.kind === "unreachable") {
      if (!(await this.queue.shouldGiveUp(result.kind, ++slice.tries))) return this.queue.pauseFor(result);
      result = { kind: "failed", reason: mineText.uploads.reasons[result.kind] };
    }
    done();
    if (result.kind === "gone") this.failGroup(slice.target.groupId, mineText.uploads.reasons.notFound);
    else if (result.kind === "failed") this.queue.fail(ids, result.reason, false);
  }

  /** Applies the server's answers to the files of an announcement. */
  private apply(ids: number[], answers: Announced[]) {
    const { ports, rows, pending } = this.queue;
    const needed: Row[] = [];
    const settled: number[] = [];
    const unwanted: string[] = [];
    ids.forEach((id, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      if (!pending.has(id)) {
        // The file was removed before the response arrived.
        if (answer.uploadUrl !== null) unwanted.push(answer.uploadUrl);
        return;
      }
      if (answer.status === "needed" && answer.uploadUrl !== null) {
        this.queue.change(id, { url: answer.uploadUrl });
        pending.ready.add(id);
        const row = rows.find(id);
        if (row !== undefined) needed.push(row);
        return;
      }
      if (answer.status === "failed")
        this.queue.finish(id, { status: "failed", share: 0, reason: ports.refusal(answer.code) });
      else this.queue.finish(id, { status: "duplicate", share: 1, reason: remarkOn(rows.find(id)) });
      settled.push(id);
    });
    ports.end(unwanted);
    ports.persistence.keep(needed);
    if (settled.length > 0) this.queue.settled(settled);
  }

  /** Fails every pending file of a group that no longer exists. */
  private failGroup(groupId: string | null, reason: string) {
    const { rows, pending } = this.queue;
    const ids = pending.ids.filter((id) => rows.find(id)?.target.groupId === groupId);
    for (const id of ids) pending.find(id)?.abort.abort(new DOMException("The group is gone.", "AbortError"));
    this.queue.fail(ids, reason, true);
  }
}
