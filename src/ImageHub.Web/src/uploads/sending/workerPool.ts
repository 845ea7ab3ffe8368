export type Job = { kind: "hash"; blob: Blob } | { kind: "downscale"; blob: Blob; side: number };
export type Result = { ok: true; value: string | Blob | null } | { ok: false };

/** The file no longer exists or cannot be read. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** The worker's script could not be loaded: there is no connection, or an update has replaced the script. */
export class MissingScript extends Error {
  override readonly name = "MissingScript";
}

/** The SHA-256 of a file as 64 hexadecimal digits. */
export const hash = (blob: Blob, signal: AbortSignal) => run({ kind: "hash", blob }, signal) as Promise<string>;

/** The photo reduced to `side` pixels, without metadata; null if it stays unchanged. */
export const downscale = (blob: Blob, side: number, signal: AbortSignal) =>
  run({ kind: "downscale", blob, side }, signal) as Promise<Blob | null>;

/** The maximum number of workers: each decoded photo takes four bytes per pixel. */
const atOnce = 2;
const idle: Worker[] = [];
const waiting: (() => void)[] = [];
let busy = 0;

/** Terminates idle workers to free their memory. */
export function rest() {
  for (const worker of idle.splice(0)) worker.terminate();
}

async function run(job: Job, signal: AbortSignal): Promise<unknown> {
  // A waiting job takes over the place of the job that wakes it, so that no other job starts in between.
  if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else busy++;
  try {
    return await runNow(job, signal);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy--;
  }
}

function runNow(job: Job, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = idle.pop() ?? new Worker(new URL("./imageWorker.ts", import.meta.url), { type: "module" });
    const abort = () => {
      worker.terminate();
      reject(signal.reason);
    };
    const end = () => {
      signal.removeEventListener("abort", abort);
      worker.onmessage = null;
      worker.onerror = null;
    };
    signal.addEventListener("abort", abort, { once: true });
    worker.onmessage = ({ data }: MessageEvent<Result>) => {
      end();
      idle.push(worker);
      if (data.ok) resolve(data.value);
      else reject(new UnreadableFile());
    };
    worker.onerror = () => {
      end();
      worker.terminate();
      reject(new MissingScript());
    };
    worker.postMessage(job);
  });
}
