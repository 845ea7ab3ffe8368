import type { Schemas } from "../../api/client";
import { type Answer, type AnswerKind, kindOf } from "./answer";
import type { BundledFile } from "./bundles";

const headers = { "Tus-Resumable": "1.0.0", "X-Requested-With": "ImageHub" };

/**
 * A request ends without an answer after this time without progress, in milliseconds: a device that changes its network
 * may leave connections hanging for many minutes. Several requests on a slow line make progress rarely, and the server may
 * need minutes to store a large file.
 */
const stalledAfter = { sending: 60_000, storing: 600_000 };

/**
 * Requests a file's offset (HEAD of tus 1.0). If the upload has ended (410), an empty PATCH requests the reason,
 * because responses to HEAD have no body. Rejects only when `signal` aborts.
 */
export async function ask(url: string, signal: AbortSignal): Promise<Answer> {
  const answer = await exchange("HEAD", url, null, {}, () => undefined, signal);
  return answer.status === 410 ? await send(url, new Blob(), 0, () => undefined, signal) : answer;
}

/**
 * Sends the rest of a file in one request (PATCH of tus 1.0). `progress` receives the sent share of the file, 0 to 1.
 * Rejects only when `signal` aborts.
 */
export function send(
  url: string,
  blob: Blob,
  offset: number,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const sent = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
  const note = (loaded: number, total: number) => progress(total === 0 ? 1 : (offset + loaded) / (offset + total));
  return exchange("PATCH", url, offset === 0 ? blob : blob.slice(offset), sent, note, signal);
}

/**
 * Sends a request. Uses XMLHttpRequest, because `fetch` reports no upload progress. `progress` receives the sent and the
 * total number of bytes. Rejects only when `signal` aborts.
 */
function exchange(
  method: "HEAD" | "PATCH" | "POST",
  url: string,
  body: Blob | FormData | null,
  more: Record<string, string>,
  progress: (loaded: number, total: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const end = (answer: Answer) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(answer);
    };
    const abort = () => {
      clearTimeout(timer);
      request.abort();
      reject(signal.reason);
    };
    const stop = () => {
      request.abort();
      end(noAnswer);
    };
    let timer = setTimeout(stop, stalledAfter.sending);
    signal.addEventListener("abort", abort, { once: true });
    request.open(method, url);
    for (const [name, value] of Object.entries({ ...headers, ...more })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(stop, loaded < total ? stalledAfter.sending : stalledAfter.storing);
      progress(loaded, total);
    };
    request.onload = () =>
      end(answerOf(request.status, (name) => request.getResponseHeader(name), request.responseText));
    request.onerror = () => end(noAnswer);
    request.send(body);
  });
}

/** Sends small files in one request. Each part is named by the last segment of its address. Rejects only when `signal` aborts. */
export async function sendTogether(files: BundledFile[], signal: AbortSignal): Promise<(Answer | null)[]> {
  const form = new FormData();
  for (const { url, blob } of files) form.append(idOf(url), blob, "file");
  const answer = await exchange("POST", "/api/v1/uploads/files", form, {}, () => undefined, signal);
  const { status } = answer;
  if (status >= 200 && status < 300) return answersOf(files, answer.body as Partial<Schemas["SentFiles"]> | null);
  // Any other error of the whole request says nothing about a single file.
  const ofAll: AnswerKind[] = ["busy", "signedOut", "unreachable"];
  return files.map(() => (ofAll.includes(kindOf(answer)) ? answer : null));
}

const idOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);

function answersOf(files: BundledFile[], report: Partial<Schemas["SentFiles"]> | null): (Answer | null)[] {
  // A response without results comes from a proxy.
  const results = Array.isArray(report?.files) ? report.files : [];
  const byId = new Map(results.map((result) => [result.id, result]));
  return files.map(({ url }) => {
    const result = byId.get(idOf(url));
    if (result === undefined || result.status === "needed") return null;
    const { imageId, code, error } = result;
    return result.status === "failed"
      ? {
          status: code === "notFound" ? 404 : 422,
          body: { ...(code && { code }), ...(error && { detail: error }) },
          retryAfter: null,
        }
      : { status: 200, body: null, retryAfter: null, imageId, isDuplicate: result.status === "duplicate" };
  });
}

const noAnswer: Answer = { status: 0, body: null, retryAfter: null };

/** Terminates an upload if it exists (tus 1.0, termination). Never rejects. */
export async function end(url: string): Promise<void> {
  await fetch(url, { method: "DELETE", headers }).catch(() => undefined);
}

function answerOf(status: number, header: (name: string) => string | null, text: string): Answer {
  const offset = header("Upload-Offset");
  return {
    status,
    body: bodyOf(text),
    retryAfter: header("Retry-After"),
    offset: offset === null ? null : Number(offset),
    imageId: header("ImageHub-Image-Id"),
    isDuplicate: header("ImageHub-Duplicate") !== null,
  };
}

function bodyOf(text: string): Answer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
