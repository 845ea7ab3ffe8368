import { store } from "./store";

/**
 * The last known state of the server. `stale`: it serves cached responses without its database. `down`: it responds with
 * errors. `offline`: it does not respond, or a part of the page could not be loaded.
 */
export type Connection = "ok" | "stale" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer({ status, headers }: Response) {
  const state = connection.get();
  const isBusy = status === 502 || status === 503 || status === 504;
  if (!isBusy && headers.has("X-ImageHub-Stale")) connection.set("stale");
  // Only a health check ends `stale` and `offline`. Without its database, the server still answers some requests as usual. While
  // a file of the page cannot be loaded, other requests may succeed.
  else if (state === "ok" || state === "down") connection.set(isBusy ? "down" : "ok");
}

/** Called when the server did not respond, or a part of the page could not be loaded. */
export function sawNoAnswer() {
  if (connection.get() !== "offline") connection.set("offline");
  // The server may have answered the current health check before this failure.
  else if (!timer) askLater();
}

/** The interval between health checks during an outage, in milliseconds. Without checks, an idle page would not notice the recovery. */
const pause = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The number of the latest check or change. A check whose number is no longer the latest ignores its result. */
let latest = 0;

connection.subscribe(() => {
  stopAsking();
  if (connection.get() === "ok") fetchImagesAgain();
  else askLater();
});
addEventListener("online", () => (connection.get() === "ok" ? fetchImagesAgain() : void ask()));

/** Reloads images that failed to load; browsers do not retry them. */
function fetchImagesAgain() {
  for (const image of document.images) fetchAgain(image);
}

function fetchAgain(image: HTMLImageElement) {
  const { src } = image;
  if (hasFailed(image)) image.src = src;
}

const hasFailed = ({ currentSrc, complete, naturalWidth }: HTMLImageElement) => currentSrc && complete && !naturalWidth;

/** The maximum number of times that an image is fetched again while the server answers other requests. */
const mostAttempts = 6;
const attempts = new WeakMap<EventTarget, number>();

// The server refuses an image while it is busy, and a restart may affect no other request. The waits double from two seconds.
addEventListener(
  "error",
  ({ target }) => {
    const image = target as HTMLImageElement;
    // When the connection is back, all images that failed are fetched again.
    if (connection.get() !== "ok") return;
    const attempt = attempts.get(image) ?? 0;
    if (attempt === mostAttempts || !hasFailed(image) || !image.currentSrc.includes("/api/")) return;
    attempts.set(image, attempt + 1);
    setTimeout(() => image.isConnected && fetchAgain(image), 2000 * 2 ** attempt);
  },
  true,
);

/** The maximum duration of a health check in milliseconds. */
const patience = 10_000;

function stopAsking() {
  latest++;
  clearTimeout(timer);
  timer = undefined;
}

function askLater() {
  stopAsking();
  timer = setTimeout(ask, pause);
}

async function ask() {
  stopAsking();
  const check = latest;
  const state = await checkHealth();
  if (check !== latest) return;
  if (state !== connection.get()) connection.set(state);
  else if (state !== "ok") askLater();
}

async function checkHealth(): Promise<Connection> {
  try {
    const response = await fetch("/health/ready", { cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (!response.ok) return "down";
    return (await response.json()).checks.database === "ok" ? "ok" : "stale";
  } catch {
    return "offline";
  }
}
