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
import { IndexedDbUploads } from "../persistence/indexedDb";
import type { Announcement, Prepared } from "../queue/ports";
import { UploadQueue } from "../queue/queue";
import type { Row, UploadTarget } from "../queue/rows";
import type { Snapshot } from "../queue/snapshot";
import { Bundler, small } from "./bundles";
import { type Outcome, outcomeOf, reasonOf } from "./outcome";
import { ask, end, send, sendTogether } from "./tus";
import { hasUploads, progress } from "./uploadProgress";
import { downscale, hash, rest, UnreadableFile } from "./workerPool";

const kept = new IndexedDbUploads(() => queryClient.getQueryData(meQuery.queryKey)?.id ?? null);

const bundles = new Bundler({
  together: sendTogether,
  alone: ({ url, blob }, signal) => send(url, blob, 0, () => undefined, signal),
});

/** This page's uploads. They live outside React: they go on whatever page is shown. */
export const uploads = new UploadQueue({
  prepare,
  announce,
  async send(url, blob, offset, progress, signal) {
    let from = offset;
    if (from === null) {
      const answer = await ask(url, signal);
      const outcome = outcomeOf(answer);
      if (outcome.kind !== "elsewhere" || answer.offset == null) return { outcome, offset: null };
      from = answer.offset;
    }
    const isSmall = from === 0 && blob.size <= small;
    const outcome = outcomeOf(
      await (isSmall ? bundles.send(url, blob, signal) : send(url, blob, from, progress, signal)),
    );
    // A request with a file that was changed or taken away meanwhile fails without saying why.
    if (outcome.kind === "unreachable" && !(await isReadable(blob)))
      return { outcome: { kind: "failed", reason: mineText.uploads.reasons.unreadable }, offset: null };
    // Of bytes that ended in "not now" the server has none; where no answer came, nobody knows.
    return { outcome, offset: outcome.kind === "busy" ? from : null };
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
  isReachable: () =>
    fetch("/health/live", { cache: "no-store" }).then(
      () => true,
      () => false,
    ),
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

uploads.snapshot.subscribe(() => {
  const { rows, isBusy, share } = uploads.snapshot.get();
  hasUploads.set(rows.length > 0);
  progress.set(isBusy ? Math.floor(share * 100) / 100 : null);
});

/** Nobody's files are sent under somebody else's name: who signs out gives up what is not finished. */
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

/** How many files are not uploaded yet. */
export const unfinished = ({ counts }: Snapshot) => counts.queued + counts.sending + counts.processing;

let isRestored = false;

/** Goes on with what a page of this account has left that was closed, or that crashed. Once. */
export async function restoreUploads(account: string) {
  if (isRestored) return;
  isRestored = true;
  const left = await kept.takeOver(account).catch(() => []);
  if (left.length > 0) uploads.restore(left);
  // Seen in the browser's timeline.
  performance.mark("imagehub.uploads.restored");
}

async function prepare(row: Row, signal: AbortSignal): Promise<Prepared | (Outcome & { kind: "failed" })> {
  const { file, longestSide } = row;
  try {
    if (file === null) throw new UnreadableFile();
    const scaled = longestSide === null ? null : await downscale(file, longestSide, signal);
    // The server knows a photo by the bytes that are sent: those of the smaller one.
    const blob = scaled ?? file;
    const isRenamed = scaled !== null && scaled.type === "image/jpeg" && file.type !== "image/jpeg";
    const fileName = isRenamed ? `${file.name.replace(/\.[^.]*$/, "")}.jpg` : file.name;
    return { blob, bytes: scaled?.size ?? row.size, fileName, sha256: await hash(blob, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnreadableFile) return { kind: "failed", reason: mineText.uploads.reasons.unreadable };
    throw error;
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
    // What was uploaded since the page last asked counts, too.
    if (announced.files.some(({ code }) => code === "quotaExceeded"))
      await queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => undefined);
    return { receipt: announced.id, files: announced.files };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Unreachable) return { kind: "unreachable" };
    if (!(error instanceof Problem)) throw error;
    return outcomeOf({
      status: error.status,
      body: { code: error.code, detail: error.message },
      retryAfter: error.retryAfter === null ? null : String(error.retryAfter),
    });
  }
}

const begun = (groupId: string | null, files: Schemas["AnnouncedFile"][], signal: AbortSignal) =>
  answer(api.POST("/api/v1/uploads", { body: { ...(groupId !== null && { groupId }), files }, signal }));

/** Files of a drop share its receipt. Null: there is none, it is full, or somebody has deleted it. */
async function added(id: string | null, files: Schemas["AnnouncedFile"][], signal: AbortSignal) {
  if (id === null) return null;
  try {
    return await answer(api.POST("/api/v1/uploads/{id}/files", { params: { path: { id } }, body: { files }, signal }));
  } catch (error) {
    if (error instanceof Problem && (error.status === 400 || error.status === 404)) return null;
    throw error;
  }
}

/** Where nobody is going to send bytes. The server would wait for them, and the receipt with it. */
const unwanted: string[] = [];
const endedAtOnce = 2;
let ending = 0;

function endNext() {
  // Nobody may do that any more.
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

/** Groups that have images which their pages don't show yet; null: the user's own. */
const stale = new Set<string | null>();
let refreshTimer: ReturnType<typeof setTimeout> | undefined;
/** The first photos show soon; laying out those that follow would take the time of sending them (milliseconds). */
const refreshPauses = { first: 2_000, later: 15_000 };
let refreshPause = refreshPauses.first;

/** Lets the pages read again what they show of these. */
function refresh() {
  clearTimeout(refreshTimer);
  refreshTimer = undefined;
  if (stale.size === 0) return;
  refreshPause = refreshPauses.later;
  const groupIds = [...stale].filter((id) => id !== null);
  readAgain([
    ...(stale.has(null) ? [keys.ownImages, keys.me] : []),
    ...(groupIds.length > 0 ? showing(...groupIds) : []),
    keys.receipts,
  ]);
  stale.clear();
}
