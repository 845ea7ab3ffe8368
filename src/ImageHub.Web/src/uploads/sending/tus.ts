import type { Schemas } from "../../api/client";
import { type Answer, kindOf } from "./answer";
import type { BundledFile } from "./bundles";

const headers = { "Tus-Resumable": "1.0.0", "X-Requested-With": "ImageHub" };

/**
 * Requests a file's offset (HEAD of tus 1.0). If the upload has ended (410), an empty PATCH requests the reason,
 * because responses to HEAD have no body.
 */
export async function ask(url: string, signal: AbortSignal): Promise<Answer> {
  try {
    const { status, headers: sent } = await fetch(url, { method: "HEAD", headers, cache: "no-store", signal });
    if (status === 410) return await send(url, new Blob(), 0, () => undefined, signal);
    return answerOf(status, (name) => sent.get(name), "");
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TypeError)) throw error;
    return noAnswer;
  }
}

/**
 * Sends the rest of a file in one request (PATCH of tus 1.0). Uses XMLHttpRequest, because `fetch` reports no upload
 * progress. `progress` receives the sent share of the file, 0 to 1. Rejects only when `signal` aborts.
 */
export function send(
  url: string,
  blob: Blob,
  offset: number,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    const end = (answer: Answer) => {
      signal.removeEventListener("abort", abort);
      resolve(answer);
    };
    request.open("PATCH", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.upload.onprogress = ({ loaded, total }) => progress(total === 0 ? 1 : (offset + loaded) / (offset + total));
    request.onload = () =>
      end(answerOf(request.status, (name) => request.getResponseHeader(name), request.responseText));
    request.onerror = () => end(noAnswer);
    request.send(offset === 0 ? blob : blob.slice(offset));
  });
}

/** Sends small files in one request. Each part is named by the last segment of its address. Rejects only when `signal` aborts. */
export async function sendTogether(files: BundledFile[], signal: AbortSignal): Promise<(Answer | null)[]> {
  const form = new FormData();
  for (const { url, blob } of files) form.append(idOf(url), blob, "file");
  try {
    const response = await fetch("/api/v1/uploads/files", { method: "POST", headers, body: form, signal });
    const answer = answerOf(response.status, (name) => response.headers.get(name), await response.text());
    if (response.ok) return answersOf(files, answer.body as Partial<Schemas["SentFiles"]> | null);
    // An error of the whole request says nothing about a single file.
    const kind = kindOf(answer);
    return files.map(() => (kind === "busy" || kind === "signedOut" ? answer : null));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TypeError)) throw error;
    return files.map(() => noAnswer);
  }
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
