import type { Answer } from "./outcome";

/** A file up to this many bytes is sent together with others: a request of its own would cost more than its bytes. */
export const small = 250_000;

/** The most that one request carries. */
const mostFiles = 20;
const mostBytes = 1_000_000;
/** Requests at once: the page must still be able to fetch what it shows. */
const atOnce = 3;

/** A file that the server waits for. */
export interface BundledFile {
  /** Its address. */
  url: string;
  blob: Blob;
}

/** The answer to each file of a request, in their order; null: the file is to be sent alone, which tells more. */
export type SendTogether = (files: BundledFile[], signal: AbortSignal) => Promise<(Answer | null)[]>;

interface Waiting extends BundledFile {
  signal: AbortSignal;
  resolve: (answer: Answer | null) => void;
  reject: (reason: unknown) => void;
}

/** Puts small files that are to be sent at about the same time into one request. */
export class Bundles {
  private waiting: Waiting[] = [];
  private underWay = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly sendTogether: SendTogether) {}

  /** Sends a file, and others with it. Rejects only when `signal` says stop. */
  send(url: string, blob: Blob, signal: AbortSignal): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.waiting.push({ url, blob, signal, resolve, reject });
      // Those that are handed over in one go travel together.
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.pump();
      });
    });
  }

  private pump() {
    while (this.underWay < atOnce) {
      const next = this.take();
      if (next.length === 0) return;
      this.underWay++;
      void this.sendNow(next).finally(() => {
        this.underWay--;
        this.pump();
      });
    }
  }

  private take(): Waiting[] {
    const next: Waiting[] = [];
    let bytes = 0;
    for (const file of this.waiting) {
      if (next.length === mostFiles || (next.length > 0 && bytes + file.blob.size > mostBytes)) break;
      bytes += file.blob.size;
      next.push(file);
    }
    this.waiting.splice(0, next.length);
    return next.filter((file) => !wasStopped(file));
  }

  private async sendNow(files: Waiting[]) {
    // The others go on when one is stopped.
    const abort = new AbortController();
    let left = files.length;
    for (const file of files)
      file.signal.addEventListener("abort", () => {
        file.reject(file.signal.reason);
        if (--left === 0) abort.abort();
      });
    try {
      const answers = await this.sendTogether(files, abort.signal);
      for (const [place, file] of files.entries()) file.resolve(answers[place] ?? null);
    } catch (error) {
      for (const file of files) file.reject(error);
    }
  }
}

function wasStopped({ signal, reject }: Waiting): boolean {
  if (signal.aborted) reject(signal.reason);
  return signal.aborted;
}
