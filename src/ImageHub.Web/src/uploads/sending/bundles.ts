import type { Answer } from "./answer";

/** The size in bytes up to which files share requests. A separate request would cost more than the file's bytes. */
export const small = 250_000;

/** The limits of one request. */
const mostFiles = 20;
const mostBytes = 1_000_000;
/** The maximum number of concurrent requests. The limit leaves connections for the page's content. */
export const bundlesAtOnce = 3;

/** The share of a request that a small file takes if the request is filled with files of this size. */
export const fills = (bytes: number) => 1 / Math.min(mostFiles, Math.floor(mostBytes / Math.max(1, bytes)));

/** A file that the server waits for. */
export interface BundledFile {
  /** The upload address. */
  url: string;
  blob: Blob;
}

/** The requests that send files. They reject only when `signal` aborts. */
export interface Transport {
  /** The answers to the files in order; null: the file must be sent alone, which returns more information. */
  together: (files: BundledFile[], signal: AbortSignal) => Promise<(Answer | null)[]>;
  alone: (file: BundledFile, signal: AbortSignal) => Promise<Answer>;
}

interface Waiting extends BundledFile {
  signal: AbortSignal;
  isAlone: boolean;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/** Combines small files that are sent at about the same time into one request. */
export class Bundler {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly transport: Transport) {}

  /** Sends a file together with others. Rejects only when `signal` aborts. */
  send(url: string, blob: Blob, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.waiting.push({ url, blob, signal, isAlone: false, resolve, reject });
      // Files that are passed in the same task share requests.
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

  /** The files of the next request; empty if all of them were cancelled. */
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
    // Cancelling one file does not affect the others.
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
