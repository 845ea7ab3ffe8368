import Uppy, { type UppyFile } from "@uppy/core";
import XHRUpload from "@uppy/xhr-upload";
import type { Answer } from "./outcome";

/** One file on its way to the server. */
export interface Sending {
  /** Its own among all files of this page. */
  id: number;
  /** Null: to the signed-in user's own images. */
  groupId: string | null;
  fileName: string;
  blob: Blob;
}

type Meta = { relativePath: string; groupId: string | null };
type Body = NonNullable<Answer["body"]>;

/**
 * The way to the server: Uppy, headless. Uppy's own queue starts a batch as a whole, knows no `Retry-After` and pauses only
 * what it can resume in the middle of a file. So it is given one file at a time, and `queue.ts` decides which and when;
 * another uploader (tus) takes this file's place without the queue noticing.
 */
const uppy = new Uppy<Meta, Body>({
  // What fails is shown in its row.
  logger: { debug() {}, warn() {}, error() {} },
}).use(XHRUpload, {
  endpoint: (file) => endpointOf(file as UppyFile<Meta, Body>),
  method: "PUT",
  formData: false,
  headers: { "X-Requested-With": "ImageHub" },
  // The queue says how many at once; none waits in here.
  limit: 0,
  // After its last byte a file may wait for its turn on the server.
  timeout: 0,
  // Its own waiting would not be as long as the server asks for.
  shouldRetry: () => false,
  getResponseData: bodyOf,
});

const endpointOf = ({ meta }: UppyFile<Meta, Body>) =>
  `/api/v1/${meta.groupId === null ? "me" : `groups/${meta.groupId}`}/images/${encodeURIComponent(meta.name)}`;

const underway = new Map<string, { settle: (answer: Answer) => void; progress: (share: number) => void }>();

uppy.on("upload-progress", (file, { bytesUploaded, bytesTotal }) => {
  if (file !== undefined) underway.get(file.id)?.progress(bytesTotal ? bytesUploaded / bytesTotal : 1);
});
uppy.on("upload-success", (file, { status, body }) => {
  if (file !== undefined) underway.get(file.id)?.settle({ status, body: body ?? null, retryAfter: null });
});
uppy.on("upload-error", (file, _error, response) => {
  // Uppy calls it a response, and passes the request.
  const xhr = response as unknown as XMLHttpRequest | undefined;
  if (file === undefined) return;
  underway.get(file.id)?.settle({
    status: xhr?.status ?? 0,
    body: xhr ? bodyOf(xhr) : null,
    retryAfter: xhr?.getResponseHeader("Retry-After") ?? null,
  });
});

function bodyOf(xhr: XMLHttpRequest): Body {
  try {
    return JSON.parse(xhr.responseText) ?? {};
  } catch {
    return {};
  }
}

/** Sends a file; `progress` hears the share that is on the wire, 0 to 1. Rejects only when `signal` says stop, at once. */
export function send(sending: Sending, progress: (share: number) => void, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const id = uppy.addFile({
      name: sending.fileName,
      type: sending.blob.type,
      data: sending.blob,
      // Part of what Uppy tells files apart by: the same file may go to two places.
      meta: { relativePath: String(sending.id), groupId: sending.groupId },
    });
    const end = () => {
      signal.removeEventListener("abort", abort);
      underway.delete(id);
      // Removing a file also aborts its request.
      uppy.removeFile(id);
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const settle = (answer: Answer) => {
      end();
      resolve(answer);
    };
    signal.addEventListener("abort", abort, { once: true });
    underway.set(id, { settle, progress });
    // Takes what waits: only this file does. What went wrong has been told by the events above.
    uppy.upload().catch(() => undefined);
  });
}
