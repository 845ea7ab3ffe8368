import type { Answer } from "./outcome";

/** A file up to this many bytes is sent together with others: a request of its own would cost more than its bytes. */
export const small = 250_000;

/** The most that one request carries. */
const mostFiles = 20;
const mostBytes = 1_000_000;
/** Requests at once: the page must still be able to fetch what it shows. */
export const bundlesAtOnce = 3;

/** How much of a request a small file fills when the others are like it. */
export const fills = (bytes: number) => 1 / Math.min(mostFiles, Math.floor(mostBytes / Math.max(1, bytes)));

/** A file that the server waits for. */
export interface BundledFile {
  /** Its address. */
  url: string;
  blob: Blob;
}

/** How files are sent. The calls reject only when `signal` says stop. */
export interface Transport {
  /** The answer to each file of a request, in their order; null: the file is to be sent alone, which tells more. */
  together: (files: BundledFile[], signal: AbortSignal) => Promise<(Answer | null)[]>;
  alone: (file: BundledFile, signal: AbortSignal) => Promise<Answer>;
}

interface Waiting extends BundledFile {
  signal: AbortSignal;
  isAlone: boolean;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/** Puts small files that are to be sent at about the same time into one request. */
export class Bundler {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly transport: Transport) {}

  /** Sends a file, and others with it. Rejects only when `signal` says stop. */
  send(url: string, blob: Blob, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.waiting.push({ url, blob, signal, isAlone: false, resolve, reject });
      // Those that are handed over in one go travel together.
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.pump();
      });
    });
  }

  private pump() {
    while (this.underWay < bundlesAtOnce && this.waiting.length > 0) {
      const next = this.take();
      if (next.length === 0) continue;
      this.underWay++;
      void this.sendNow(next).finally(() => {
        this.underWay--;
        this.pump();
      });
    }
  }

  /** The files of the next request; none when all of them were stopped. */
  private take(): Waiting[] {
    const next: Waiting[] = [];
    let bytes = 0;
    for (const file of this.waiting) {
      if (next.length === mostFiles || (next.length > 0 && (file.isAlone || bytes + file.blob.size > mostBytes))) break;
      bytes += file.blob.size;
      next.push(file);
      if (file.isAlone) break;
    }
    this.waiting.splice(0, next.length);
    for (const { signal, reject } of next) if (signal.aborted) reject(signal.reason);
    return next.filter(({ signal }) => !signal.aborted);
  }

  private async sendNow(files: Waiting[]) {
    // The others go on when one is stopped.
    const [abort, answered] = [new AbortController(), new AbortController()];
    let left = files.length;
    for (const { signal, reject } of files) {
      const stop = () => {
        reject(signal.reason);
        if (--left === 0) abort.abort();
      };
      signal.addEventListener("abort", stop, { signal: answered.signal });
    }
    try {
      const answers = await this.request(files, abort.signal);
      const alone: Waiting[] = [];
      for (const [place, file] of files.entries()) {
        const answer = answers[place];
        if (answer) file.resolve(answer);
        else alone.push({ ...file, isAlone: true });
      }
      this.waiting.unshift(...alone);
    } catch (error) {
      for (const file of files) file.reject(error);
    } finally {
      answered.abort();
    }
  }

  private async request(files: Waiting[], signal: AbortSignal): Promise<(Answer | null)[]> {
    const [first] = files;
    return first?.isAlone ? [await this.transport.alone(first, signal)] : await this.transport.together(files, signal);
  }
}
