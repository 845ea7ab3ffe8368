import { answer, api } from "../../api/client";
import { keys } from "../../api/keys";
import { isMissing, Problem, Unreachable } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { store } from "../../api/store";
import { sendingText } from "../../text/sending";
import { pauseOf } from "../../uploads/queue/retry";
import { type Answer, kindOf, secondsOf } from "../../uploads/sending/answer";
import { ask, end, send } from "../../uploads/sending/tus";
import { needsPassword, sharedGroup } from "../queries";
import { sendingCount } from "./sendingState";
import { fileKey, readSent, writeSent } from "./sentPhotos";

export interface SentPhoto {
  key: string;
  name: string;
  status: "waiting" | "sending" | "storing" | "sent" | "already" | "failed";
  /** The sent share, 0 to 1. */
  share: number;
  /** Why the server refused the photo. */
  reason?: string;
}

export interface Sending {
  photos: SentPhoto[];
  /** Why the photos wait. They continue by themselves, or once the guest has entered the link's password again. */
  trouble: Trouble | null;
}

type Trouble = "offline" | "busy" | "locked";

/** A photo that has not been sent yet. */
interface Pending {
  key: string;
  file: File;
  /** The upload address; null before the announcement. */
  url: string | null;
  /** The number of bytes on the server; null if unknown. */
  offset: number | null;
  /** Whether one of the concurrent senders has it, also while that sender waits. */
  isTaken: boolean;
  /** How often the server rejected the guest's cookie or did not find the upload address. */
  announcements: number;
}

/** The number of photos that are sent at once. A phone's connection is not faster with more. */
const atOnce = 2;

/** A request is sent again after this time without progress, in milliseconds. Phones leave connections hanging after a dead zone. */
const stalledAfter = { sending: 20_000, storing: 120_000 };

/** The time in seconds between attempts while the link waits for its password. */
const secondsToUnlock = 5;

/** The error code for a file that the browser can no longer read, because the file was changed or deleted. */
const unreadable = "unreadable";

const noAnswer: Answer = { status: 0, body: null, retryAfter: null };

/** Sends a guest's photos. The sender lives outside React, so that sending continues while the sheet is closed. */
export class PhotoSender {
  readonly state = store<Sending>({ photos: [], trouble: null });
  private readonly pending: Pending[] = [];
  private name = "";
  private isRunning = false;
  private waits = 0;
  /** Ends the current wait. */
  private wake: () => void = () => undefined;
  /** Aborts requests that may hang. */
  private restart = new AbortController();

  constructor(readonly token: string) {
    addEventListener("online", () => this.continue());
    addEventListener("offline", () => {
      if (!this.isRunning) return;
      this.set({ trouble: "offline" });
      this.restart.abort();
    });
    // A phone that was locked resumes with requests that have failed or hang.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.continue());
    addEventListener("beforeunload", (event) => {
      if (this.isRunning) event.preventDefault();
    });
  }

  /** Adds chosen files. A file that this browser has sent before is not sent again, and an unfinished file continues. */
  add(name: string, files: File[]) {
    this.name = name;
    const known = readSent(this.token).files;
    const shown = new Map(this.state.get().photos.map((photo) => [photo.key, photo]));
    for (const file of files) {
      const key = fileKey(file);
      if (this.pending.some((other) => other.key === key)) continue;
      const url = known[key];
      if (url === "sent") {
        if (!shown.has(key)) shown.set(key, { key, name: file.name, status: "already", share: 1 });
        continue;
      }
      shown.set(key, { key, name: file.name, status: "waiting", share: 0 });
      const offset = url === undefined ? 0 : null;
      this.pending.push({ key, file, url: url ?? null, offset, isTaken: false, announcements: 0 });
    }
    this.set({ photos: [...shown.values()] });
    void this.run();
  }

  /** Ends the current wait, because the connection is back or the page is visible again. */
  private continue() {
    this.waits = 0;
    if (this.state.get().trouble !== null) this.restart.abort();
    this.wake();
  }

  private async run() {
    if (this.isRunning) return;
    this.isRunning = true;
    this.restart = new AbortController();
    const screen = new ScreenLock();
    try {
      while (this.pending.length > 0) {
        const unannounced = this.pending.filter(({ url }) => url === null);
        if (unannounced.length > 0) await this.announce(unannounced.slice(0, 200));
        else await Promise.all(Array.from({ length: atOnce }, () => this.sendNext()));
      }
    } finally {
      screen.release();
      this.isRunning = false;
      this.set({ trouble: null });
    }
    await queryClient.invalidateQueries({ queryKey: keys.shared(this.token) });
  }

  private async announce(pending: Pending[]) {
    const files = pending.map(({ file }) => ({ fileName: file.name, bytes: file.size }));
    try {
      const made = await answer(
        api.POST("/api/v1/shared/{token}/uploads", {
          params: { path: { token: this.token } },
          body: { guestName: this.name, files },
        }),
      );
      this.answered();
      pending.forEach((photo, index) => {
        const { status, uploadUrl, code } = made.files[index] ?? {};
        if (status === "needed" && uploadUrl) [photo.url, photo.offset] = [uploadUrl, 0];
        else if (status === "duplicate") this.settle(photo, { status: "already", share: 1 });
        else this.settle(photo, { status: "failed", reason: reasonOf(code ?? "") });
      });
      this.remember(pending, made.id);
    } catch (error) {
      if (error instanceof Unreachable) return await this.pause("offline", null);
      if (error instanceof Problem && error.isTemporary) return await this.pause("busy", error.retryAfter);
      if (needsPassword(error)) return await this.waitForPassword();
      if (error instanceof Problem && error.errors.cookie && (await this.isOpen())) {
        // The guest's cookie had expired or was deleted. `isOpen` has read the group, which set a new cookie.
        if (pending.every((photo) => ++photo.announcements <= 2)) return;
      }
      const reason = isMissing(error) ? sendingText.gone : reasonOf(error instanceof Problem ? error.code : "");
      for (const photo of pending) this.settle(photo, { status: "failed", reason });
    }
  }

  /** Sends announced photos one after the other. */
  private async sendNext() {
    for (;;) {
      const photo = this.pending.find(({ url, isTaken }) => url !== null && !isTaken);
      if (photo === undefined) return;
      photo.isTaken = true;
      this.show(photo, { status: "sending" });
      await this.send(photo);
      photo.isTaken = false;
    }
  }

  private async send(photo: Pending) {
    while (photo.url !== null) {
      const reply = await this.attempt(photo, photo.url);
      const kind = kindOf(reply);
      if (kind === "busy" || kind === "unreachable") {
        photo.offset = null;
        this.show(photo, { status: "waiting" });
        await this.pause(kind === "busy" ? "busy" : "offline", secondsOf(reply.retryAfter));
        this.show(photo, { status: "sending" });
        continue;
      }
      this.answered();
      if (kind === "done") return this.settle(photo, { status: "sent", share: 1 });
      if (kind === "duplicate") return this.settle(photo, { status: "already", share: 1 });
      if (kind === "elsewhere") {
        photo.offset = reply.offset ?? null;
        await this.pause("busy", 1);
      } else if (kind === "signedOut") {
        photo.offset = null;
        await this.waitForPassword();
      } else if (kind === "gone" || reply.status === 410) {
        if (++photo.announcements > 3 || !(await this.isOpen()))
          return this.settle(photo, { status: "failed", reason: sendingText.gone });
        photo.offset = null;
        // The guest's visit may have ended. `isOpen` has started a new visit, so the same address is tried once more.
        // If that fails too, the address has expired.
        if (photo.announcements === 1 && reply.status !== 410) continue;
        photo.url = null;
        this.show(photo, { status: "waiting", share: 0 });
      } else {
        // An abandoned upload would count against the guest's limit for days.
        if (reply.body?.code === unreadable) void end(photo.url);
        return this.settle(photo, { status: "failed", reason: reasonOf(reply.body?.code ?? "") });
      }
    }
  }

  /** One request, or two if the offset is unknown. A request that hangs counts as unreachable. */
  private async attempt(photo: Pending, url: string): Promise<Answer> {
    const watch = new AbortController();
    const stop = () => watch.abort();
    const { signal: restart } = this.restart;
    restart.addEventListener("abort", stop);
    let timer = setTimeout(stop, stalledAfter.sending);
    try {
      if (photo.offset === null) {
        const reply = await ask(url, watch.signal);
        if (kindOf(reply) !== "elsewhere" || reply.offset == null) return reply;
        photo.offset = reply.offset;
      }
      const progress = (share: number) => {
        clearTimeout(timer);
        timer = setTimeout(stop, share < 1 ? stalledAfter.sending : stalledAfter.storing);
        this.show(photo, { share, status: share < 1 ? "sending" : "storing" });
      };
      const reply = await send(url, photo.file, photo.offset, progress, watch.signal);
      if (reply.status === 0 && !(await isReadable(photo.file)))
        return { status: 422, body: { code: unreadable }, retryAfter: null };
      return reply;
    } catch {
      return noAnswer;
    } finally {
      clearTimeout(timer);
      restart.removeEventListener("abort", stop);
    }
  }

  /** Whether the link accepts photos; also true if the server does not say. Reading the group also sets the guest's cookie. */
  private async isOpen(): Promise<boolean> {
    try {
      const group = await queryClient.fetchQuery({ ...sharedGroup(this.token), staleTime: 0 });
      return group.uploads != null;
    } catch (error) {
      // The page itself reports an ended link or asks for a new password.
      await queryClient.invalidateQueries({ queryKey: keys.shared(this.token) });
      return !isMissing(error);
    }
  }

  /** Lets the page ask for the link's password, and waits. */
  private async waitForPassword() {
    await queryClient.invalidateQueries({ queryKey: keys.shared(this.token) });
    await this.pause("locked", secondsToUnlock);
  }

  /** Waits until the server may answer again. The wait ends early when the connection returns or the page is shown. */
  private async pause(trouble: Trouble, seconds: number | null) {
    this.set({ trouble });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseOf(seconds, this.waits++) * 1000);
      const before = this.wake;
      this.wake = () => {
        clearTimeout(timer);
        before();
        resolve();
      };
    });
    if (this.restart.signal.aborted) this.restart = new AbortController();
  }

  private answered() {
    this.waits = 0;
    if (this.state.get().trouble !== null) this.set({ trouble: null });
  }

  private settle(photo: Pending, shown: Partial<SentPhoto>) {
    this.pending.splice(this.pending.indexOf(photo), 1);
    const isThere = shown.status === "sent" || shown.status === "already";
    photo.url = null;
    const sent = readSent(this.token);
    if (isThere) sent.files[photo.key] = "sent";
    else delete sent.files[photo.key];
    writeSent(this.token, sent);
    this.show(photo, shown);
  }

  private remember(pending: Pending[], receipt: string) {
    const sent = readSent(this.token);
    for (const { key, url } of pending) if (url !== null) sent.files[key] = url;
    writeSent(this.token, { ...sent, receipts: [...sent.receipts, receipt] });
  }

  private show({ key }: Pending, shown: Partial<SentPhoto>) {
    this.set({ photos: this.state.get().photos.map((photo) => (photo.key === key ? { ...photo, ...shown } : photo)) });
  }

  private set(changed: Partial<Sending>) {
    this.state.set({ ...this.state.get(), ...changed });
    const { photos } = this.state.get();
    const sent = photos.filter(({ status }) => status === "sent").length;
    sendingCount.set(this.pending.length > 0 ? { sent, total: sent + this.pending.length } : null);
  }
}

const senders = new Map<string, PhotoSender>();

/** The sender of a link's photos. Each link has one sender until the document is closed. */
export function senderOf(token: string): PhotoSender {
  const known = senders.get(token) ?? new PhotoSender(token);
  senders.set(token, known);
  return known;
}

/** Keeps the screen on while photos are being sent, in browsers that allow it. */
class ScreenLock {
  private lock: WakeLockSentinel | null = null;
  private isHeld = true;

  constructor() {
    document.addEventListener("visibilitychange", this.request);
    void this.request();
  }

  release() {
    this.isHeld = false;
    document.removeEventListener("visibilitychange", this.request);
    void this.lock?.release();
  }

  // A hidden page loses the lock.
  private request = async () => {
    if (document.visibilityState !== "visible") return;
    this.lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    if (!this.isHeld) void this.lock?.release();
  };
}

const isReadable = (file: File) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/** The reason for a refusal as a text for the guest. */
function reasonOf(code: string): string {
  const { reasons } = sendingText;
  return code in reasons ? reasons[code as keyof typeof reasons] : reasons.refused;
}
