import { meQuery } from "../../accounts/me";
import { readAgain } from "../../api/change";
import { answer, api, type Schemas } from "../../api/client";
import { keys, showing } from "../../api/keys";
import { Problem, Unreachable } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { renew, renewIfDue, session, signedInAgain } from "../../api/session";
import { tellFailure } from "../../design/overlays/toasts";
import { bytes } from "../../text/format";
import { mineText } from "../../text/mine";
import { sidecarType } from "../adding/sidecars";
import { IndexedDbUploads } from "../persistence/indexedDb";
import type { Announcement, Prepared, Unprepared } from "../queue/ports";
import { UploadQueue } from "../queue/queue";
import type { Row, UploadTarget } from "../queue/rows";
import type { Snapshot } from "../queue/snapshot";
import { Bundler, small } from "./bundles";
import { type Outcome, outcomeOf, reasonOf } from "./outcome";
import { ask, end, send, sendTogether } from "./tus";
import { hasUploads, progress } from "./uploadProgress";
import { downscale, hash, MissingScript, rest, UnreadableFile } from "./workerPool";

const kept = new IndexedDbUploads(() => queryClient.getQueryData(meQuery.queryKey)?.id ?? null);

const bundles = new Bundler({
  together: sendTogether,
  alone: ({ url, blob }, signal) => send(url, blob, 0, () => undefined, signal),
});

/** The uploads of this page. They continue on every page of the app, because they live outside React. */
export const uploads = new UploadQueue({
  prepare,
  announce,
  async send(url, blob, offset, progress, signal) {
    let from = offset;
    if (from === null) {
      const answer = await ask(url, signal);
      const outcome = outcomeOf(answer);
      if (outcome.kind !== "elsewhere" || answer.offset == null) return { outcome, from, offset: null };
      from = answer.offset;
    }
    const isSmall = from === 0 && blob.size <= small;
    const outcome = outcomeOf(
      await (isSmall ? bundles.send(url, blob, signal) : send(url, blob, from, progress, signal)),
    );
    // A request fails without a reason if its file was changed or deleted during the transfer.
    if (outcome.kind === "unreachable" && !(await isReadable(blob)))
      return { outcome: { kind: "failed", reason: mineText.uploads.reasons.unreadable }, from, offset: null };
    // After "busy" the server has none of the request's bytes. Without a response the offset is unknown.
    return { outcome, from, offset: outcome.kind === "busy" ? from : null };
  },
  async describe(id, sidecar, signal) {
    const headers = { "Content-Type": sidecarType(sidecar.name) };
    try {
      // The generated client expects a string as the body, so the serializer supplies the file.
      const body = { params: { path: { id } }, body: "", bodySerializer: () => sidecar, headers, signal };
      await answer(api.PUT("/api/v1/images/{id}/sidecar", body));
      return { remark: null };
    } catch (error) {
      const outcome = troubleOf(error, signal);
      return outcome.kind === "failed" || outcome.kind === "gone"
        ? { remark: mineText.uploads.reasons.invalidSidecar }
        : outcome;
    }
  },
  refusal(code) {
    const me = queryClient.getQueryData(meQuery.queryKey);
    const quota = me?.tier?.quotaBytes;
    return code === "quotaExceeded" && me !== undefined && quota != null
      ? mineText.uploads.reasons.quotaLeft(bytes(Math.max(0, quota - me.usedBytes)))
      : reasonOf(code ?? "", undefined, 409);
  },
  async session(refused) {
    if (refused) await renew();
    else await renewIfDue();
    const { state } = session.get();
    return state === "signedIn" || (state === "ended" && (await signedInAgain()));
  },
  isReachable,
  unwanted(imageId, { groupId, groupTitle }) {
    const body: Schemas["BulkImages"] = { action: "delete", ids: [imageId] };
    void answer(api.POST("/api/v1/images/bulk", { body })).then(
      () => {
        if (groupId !== null) void readAgain(showing(groupId));
      },
      (error) => tellFailure(mineText.desk.notSaved(groupTitle), error),
    );
  },
  uploaded({ target }) {
    stale.add(target.groupId);
    refreshTimer ??= setTimeout(refresh, refreshPause);
  },
  end(urls) {
    for (const url of urls) unwanted.push(url);
    endNext();
  },
  complete() {
    rest();
    refresh();
    refreshPause = refreshPauses.first;
  },
  persistence: kept,
});

function isReachable(): Promise<boolean> {
  return fetch("/health/live", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
}

uploads.snapshot.subscribe(() => {
  const { rows, isBusy, share } = uploads.snapshot.get();
  hasUploads.set(rows.length > 0);
  progress.set(isBusy ? Math.floor(share * 100) / 100 : null);
});

/** Signing out cancels unfinished uploads, so that they are not sent under another account. */
session.subscribe(() => {
  if (session.get().state !== "none") return;
  uploads.cancel();
  uploads.clear();
  kept.clear().catch(() => undefined);
});

addEventListener("online", () => uploads.reconnected());

addEventListener("beforeunload", (event) => {
  if (uploads.snapshot.get().isBusy) event.preventDefault();
});

/** The number of files that are not uploaded yet. */
export const unfinished = ({ counts }: Snapshot) => counts.queued + counts.sending + counts.processing;

let isRestored = false;

/** Resumes the unfinished uploads of the account's closed pages, once. */
export async function restoreUploads(account: string) {
  if (isRestored) return;
  isRestored = true;
  const left = await kept.takeOver(account).catch(() => []);
  if (left.length > 0) uploads.restore(left);
  // The mark appears in the browser's performance timeline.
  performance.mark("imagehub.uploads.restored");
}

async function prepare(row: Row, signal: AbortSignal): Promise<Prepared | Unprepared> {
  const { file, longestSide } = row;
  try {
    if (file === null) throw new UnreadableFile();
    const scaled = longestSide === null ? null : await downscale(file, longestSide, signal);
    // The server identifies a photo by the sent bytes, which are the reduced photo's bytes here.
    const blob = scaled ?? file;
    const isRenamed = scaled !== null && scaled.type === "image/jpeg" && file.type !== "image/jpeg";
    const fileName = isRenamed ? `${file.name.replace(/\.[^.]*$/, "")}.jpg` : file.name;
    return { blob, bytes: scaled?.size ?? row.size, fileName, sha256: await hash(blob, signal) };
  } catch (error) {
    signal.throwIfAborted();
    const { reasons } = mineText.uploads;
    if (error instanceof UnreadableFile) return { kind: "failed", reason: reasons.unreadable };
    if (!(error instanceof MissingScript)) throw error;
    return (await isReachable()) ? { kind: "failed", reason: reasons.missingScript } : { kind: "unreachable" };
  }
}

async function announce(
  { groupId }: UploadTarget,
  prepared: Prepared[],
  receipt: string | null,
  signal: AbortSignal,
): Promise<Announcement | Outcome> {
  const files = prepared.map(({ fileName, bytes, sha256 }) => ({ fileName, bytes, sha256 }));
  try {
    const announced = (await added(receipt, files, signal)) ?? (await begun(groupId, files, signal));
    // Reads the used storage again, because the message about the quota must include the uploads since the last read.
    if (announced.files.some(({ code }) => code === "quotaExceeded"))
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => undefined);
    return { receipt: announced.id, files: announced.files };
  } catch (error) {
    return troubleOf(error, signal);
  }
}

/** The outcome of a request that failed. Rethrows unexpected errors, and the reason of a signal that has aborted. */
function troubleOf(error: unknown, signal: AbortSignal): Outcome {
  signal.throwIfAborted();
  if (error instanceof Unreachable) return { kind: "unreachable" };
  if (!(error instanceof Problem)) throw error;
  return outcomeOf({
    status: error.status,
    body: { code: error.code, detail: error.message },
    retryAfter: error.retryAfter === null ? null : String(error.retryAfter),
  });
}

const begun = (groupId: string | null, files: Schemas["AnnouncedFile"][], signal: AbortSignal) =>
  answer(api.POST("/api/v1/uploads", { body: { ...(groupId !== null && { groupId }), files }, signal }));

/** Adds files to the drop's receipt. Returns null if there is no receipt yet, or if the receipt is full or was deleted. */
async function added(id: string | null, files: Schemas["AnnouncedFile"][], signal: AbortSignal) {
  if (id === null) return null;
  try {
    return await answer(api.POST("/api/v1/uploads/{id}/files", { params: { path: { id } }, body: { files }, signal }));
  } catch (error) {
    if (error instanceof Problem && (error.status === 400 || error.status === 404)) return null;
    throw error;
  }
}

/**
 * Upload addresses that will get no bytes. They are reported to the server, so that the receipt does not wait for the files.
 */
const unwanted: string[] = [];
const endedAtOnce = 2;
let ending = 0;

function endNext() {
  // A signed-out user may not end uploads.
  if (session.get().state !== "signedIn") unwanted.length = 0;
  while (ending < endedAtOnce) {
    const url = unwanted.shift();
    if (url === undefined) return;
    ending++;
    void end(url).finally(() => {
      ending--;
      endNext();
    });
  }
}

const isReadable = (blob: Blob) =>
  blob
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/** The groups whose pages do not show all uploaded images yet; null stands for the user's own images. */
const stale = new Set<string | null>();
let refreshTimer: ReturnType<typeof setTimeout> | undefined;
/**
 * The delays before pages are refreshed, in milliseconds. The first photos appear soon; later refreshes are rare,
 * because layout slows the uploads.
 */
const refreshPauses = { first: 2_000, later: 15_000 };
let refreshPause = refreshPauses.first;

/** Reads the changed lists again. */
function refresh() {
  clearTimeout(refreshTimer);
  refreshTimer = undefined;
  if (stale.size === 0) return;
  refreshPause = refreshPauses.later;
  const groupIds = [...stale].filter((id) => id !== null);
  readAgain([
    ...(stale.has(null) ? [keys.ownImages] : []),
    keys.me,
    ...(groupIds.length > 0 ? showing(...groupIds) : []),
    keys.receipts,
  ]);
  stale.clear();
}
