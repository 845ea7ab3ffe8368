import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys, showing } from "../api/keys";
import { Problem, Unreachable } from "../api/problem";
import { renew, renewIfDue, session, signedInAgain } from "../api/session";
import { text } from "../text";
import { movesOf } from "./order";
import { type Outcome, outcomeOf } from "./outcome";
import { hasUploads, progress } from "./progress";
import { type Prepared, type Row, type Snapshot, UploadQueue } from "./queue";
import { send } from "./transport";
import { downscale, hash, rest, Unreadable } from "./workers";

/** This page's uploads. They live outside React: they go on whatever page is shown. */
export const uploads = new UploadQueue({
  prepare,
  async send(row, { blob, fileName }, progress, signal) {
    const sent = await send({ id: row.id, groupId: row.target.groupId, fileName, blob }, progress, signal);
    const outcome = outcomeOf(sent);
    // A request with a file that was changed or taken away meanwhile fails without saying why.
    if (outcome.kind === "unreachable" && !(await isReadable(blob))) return { kind: "unreadable" };
    return outcome;
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
  uploaded({ target }) {
    stale.add(target.groupId);
    refreshTimer ??= setTimeout(refresh, 2000);
  },
  async complete(rows) {
    rest();
    await putInOrder(rows);
    refresh();
  },
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
});

addEventListener("online", () => uploads.reconnected());

addEventListener("beforeunload", (event) => {
  if (uploads.snapshot.get().isBusy) event.preventDefault();
});

/** How many files are not uploaded yet. */
export const unfinished = ({ counts }: Snapshot) => counts.queued + counts.sending + counts.processing;

async function prepare(row: Row, signal: AbortSignal): Promise<Prepared | Outcome> {
  const { file, longestSide, target } = row;
  try {
    if (await has(target.groupId, file, signal)) return { kind: "duplicate" };
    const small = longestSide === null ? null : await downscale(file, longestSide, signal);
    if (small === null) return { blob: file, fileName: file.name };
    // The server knows a photo by the bytes that were sent: those of the smaller one.
    if (await has(target.groupId, small, signal)) return { kind: "duplicate" };
    const isRenamed = small.type === "image/jpeg" && file.type !== "image/jpeg";
    return { blob: small, fileName: isRenamed ? `${file.name.replace(/\.[^.]*$/, "")}.jpg` : file.name };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Unreadable) return { kind: "failed", reason: text.uploads.reasons.unreadable };
    if (error instanceof Unreachable) return { kind: "unreachable" };
    if (!(error instanceof Problem)) throw error;
    return outcomeOf({
      status: error.status,
      body: { code: error.code, detail: error.message },
      retryAfter: error.retryAfter === null ? null : String(error.retryAfter),
    });
  }
}

/** Whether the group has an image that came as these bytes. Users' own images cannot be asked for by hash: the answer to the file says it. */
async function has(groupId: string | null, blob: Blob, signal: AbortSignal): Promise<boolean> {
  if (groupId === null) return false;
  const sha256 = await hash(blob, signal);
  const found = answer(api.GET("/api/v1/images", { params: { query: { groupId, sha256, limit: 1 } }, signal }));
  // The client may be waiting for somebody to sign in, which no signal ends.
  const stop = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  return (await Promise.race([found, stop])).items.length > 0;
}

const isReadable = (blob: Blob) =>
  blob
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/** Images that stand in the order they were dropped in. */
const ordered = new Set<string>();

async function putInOrder(rows: readonly Row[]) {
  const drops = new Map<number, Row[]>();
  for (const row of rows) if (row.imageId !== null) drops.set(row.drop, [...(drops.get(row.drop) ?? []), row]);
  for (const [first, ...others] of drops.values()) {
    if (first === undefined) continue;
    const { groupId } = first.target;
    // Users' own images have no order to choose.
    if (groupId === null) continue;
    const batch = [first, ...others].map(({ imageId, finishedAt }) => ({
      imageId: imageId ?? "",
      finishedAt,
      isNew: !ordered.has(imageId ?? ""),
    }));
    for (const { imageId } of batch) ordered.add(imageId);
    try {
      for (const move of movesOf(batch))
        await answer(api.PUT("/api/v1/groups/{id}/order", { params: { path: { id: groupId } }, body: move }));
      stale.add(groupId);
    } catch {
      // The photos are there, only in the order they were finished in: not worth an error in front of them.
    }
  }
}

/** Groups that have images which their pages don't show yet; null: the user's own. */
const stale = new Set<string | null>();
let refreshTimer: ReturnType<typeof setTimeout> | undefined;

/** Lets the pages read again what they show of these. */
function refresh() {
  clearTimeout(refreshTimer);
  refreshTimer = undefined;
  if (stale.size === 0) return;
  const groupIds = [...stale].filter((id) => id !== null);
  readAgain([
    ...(stale.has(null) ? [keys.ownImages, keys.me] : []),
    ...(groupIds.length > 0 ? showing(...groupIds) : []),
  ]);
  stale.clear();
}
