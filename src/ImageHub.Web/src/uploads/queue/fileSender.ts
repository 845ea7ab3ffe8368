import { mineText } from "../../text/mine";
import { bundlesAtOnce, fills, small } from "../sending/bundles";
import type { Outcome } from "../sending/outcome";
import { messageOf } from "./messageOf";
import { large, type PendingFile } from "./pendingList";
import type { QueueContext } from "./queueContext";
import { givesUp, maxSignIns, noTries, pauseOf } from "./retry";
import { type Row, remarkOn } from "./rows";

/**
 * The maximum number of concurrent requests, and the maximum number of concurrent requests with large files. Small
 * files share at most three requests, each of which counts as two. The page's content needs further connections.
 */
const atOnce = 6;
const largeAtOnce = 3;

/** Sends the bytes of announced files. Each response determines the file's next step. */
export class FileSender {
  /** The sizes in bytes of the files that are being sent. */
  private readonly sending = new Map<number, number>();
  /** Files whose drop was undone while they were being sent. */
  private readonly takenBack = new Set<number>();

  constructor(private readonly queue: QueueContext) {}

  isSending = (id: number) => this.sending.has(id);

  /** Deletes the file's image once the upload has ended. Aborting the request would not always prevent the image. */
  takeBack(id: number) {
    this.takenBack.add(id);
  }

  isTakenBack = (id: number) => this.takenBack.has(id);

  /** Sends files until all requests are in use. */
  next() {
    const { rows, pending } = this.queue;
    while (true) {
      const ids = pending.retried.size > 0 ? pending.retried : pending.ready;
      const [id] = ids;
      if (id === undefined) return;
      const size = rows.find(id)?.size ?? 0;
      if (!this.maySend(size)) return;
      ids.delete(id);
      const file = pending.find(id);
      if (file === undefined) continue;
      this.sending.set(id, size);
      void this.send(id, file).finally(() => {
        this.sending.delete(id);
        this.queue.pump();
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
    // A file is passed to `ports.send` only if a request has space for it, because it cannot be paused afterwards.
    const share = atOnce / bundlesAtOnce;
    const isFull = requests + share * filled + (size <= small ? share * fills(size) : 1) > atOnce + 1e-9;
    return !isFull && (size <= large || largeOnes < largeAtOnce);
  }

  private async send(id: number, file: PendingFile) {
    const { ports, rows, pending } = this.queue;
    const row = rows.find(id);
    const blob = file.prepared?.blob ?? row?.file;
    const bytes = file.prepared?.bytes ?? row?.size ?? 0;
    if (row?.url == null || blob == null) return this.queue.fail([id], mineText.uploads.reasons.unreadable, true);
    let outcome: Outcome;
    try {
      // The session is renewed first: a refused session would waste the transfer of a whole file.
      if (await ports.session(false)) {
        file.abort.signal.throwIfAborted();
        this.queue.change(id, { status: "sending", share: 0 });
        const progress = (share: number) =>
          this.queue.change(id, { share, sent: share * bytes, status: share < 1 ? "sending" : "processing" });
        const answer = await ports.send(row.url, blob, file.offset, progress, file.abort.signal);
        ({ outcome, offset: file.offset } = answer);
        if (answer.from !== null && answer.from > file.received) [file.received, file.tries] = [answer.from, noTries()];
        if (outcome.kind === "done" && row.sidecar && !this.takenBack.has(id)) {
          // The image exists even if the sidecar cannot be sent.
          this.queue.change(id, { imageId: outcome.imageId });
          // A retry for the sidecar first asks for the photo's offset; the server then repeats the photo's result.
          file.offset = null;
          const described = await ports.describe(outcome.imageId, row.sidecar, file.abort.signal);
          outcome = "remark" in described ? { ...outcome, remark: described.remark } : described;
        }
      } else outcome = { kind: "signedOut" };
    } catch (error) {
      outcome = { kind: "failed", reason: messageOf(error) };
    }
    // The file may have been cancelled during the request.
    if (pending.find(id) === file) await this.follow(row, file, bytes, outcome);
  }

  private async follow(row: Row, file: PendingFile, bytes: number, outcome: Outcome) {
    const { ports, pending, wait } = this.queue;
    const { id } = row;
    if (this.takenBack.delete(id)) {
      const imageId = outcome.kind === "done" ? outcome.imageId : this.queue.rows.find(id)?.imageId;
      pending.remove(id);
      this.queue.discard([id]);
      if (imageId != null) ports.unwanted(imageId, row.target);
      return this.queue.settled();
    }
    switch (outcome.kind) {
      case "done":
        wait.answered();
        this.queue.finish(id, {
          status: "done",
          share: 1,
          sent: bytes,
          imageId: outcome.imageId,
          reason: outcome.remark ?? null,
        });
        ports.uploaded(row);
        return this.queue.settled([id]);
      case "duplicate":
        wait.answered();
        this.queue.finish(id, { status: "duplicate", share: 1, reason: remarkOn(row) });
        return this.queue.settled([id]);
      case "failed":
        wait.answered();
        return this.queue.fail([id], outcome.reason, outcome.isFinal === true);
      case "gone":
        wait.answered();
        return this.announceAgain(id, file);
      case "signedOut":
        this.sendAgain(id);
        if (++file.signIns > maxSignIns) return this.queue.pause();
        return await this.queue.signInAgain();
      case "elsewhere":
        return this.askLater(id, file);
      case "busy":
      case "unreachable":
        if (await this.queue.shouldGiveUp(outcome.kind, ++file.tries[outcome.kind])) {
          if (pending.find(id) === file) this.queue.fail([id], mineText.uploads.reasons[outcome.kind], false);
        } else if (pending.find(id) === file) {
          // Tries without a connection do not count.
          if (givesUp(outcome.kind, file.tries[outcome.kind])) file.tries[outcome.kind] = 0;
          this.sendAgain(id);
          this.queue.pauseFor(outcome);
        }
    }
  }

  private sendAgain(id: number) {
    this.queue.pending.retried.add(id);
    this.queue.change(id, { status: "queued", share: 0, sent: 0 });
  }

  /** Sends a file again after a pause for this file only, because another tab may be sending the same file. */
  private askLater(id: number, file: PendingFile) {
    const { pending } = this.queue;
    file.offset = null;
    if (givesUp("elsewhere", ++file.tries.elsewhere))
      return this.queue.fail([id], mineText.uploads.reasons.unreachable, false);
    this.queue.change(id, { status: "queued", share: 0, sent: 0 });
    // The first retry needs no pause: only the file's offset is unknown.
    const seconds = file.tries.elsewhere === 1 ? 0 : pauseOf(null, file.tries.elsewhere);
    setTimeout(() => {
      if (pending.find(id) !== file) return;
      pending.retried.add(id);
      this.queue.pump();
    }, seconds * 1000);
  }

  /** Announces a file whose upload address has expired. The response tells whether its group still exists. */
  private announceAgain(id: number, file: PendingFile) {
    if (givesUp("gone", ++file.tries.gone)) return this.queue.fail([id], mineText.uploads.reasons.refused(404), true);
    [file.offset, file.received] = [0, 0];
    this.queue.change(id, { status: "queued", share: 0, sent: 0, url: null });
    this.queue.pending.unprepared.add(id);
  }
}
