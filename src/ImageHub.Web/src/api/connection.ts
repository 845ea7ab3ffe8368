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
  // Other answers do not end the state `offline`, so that its message can be read while some requests succeed. Without its
  // database, the server answers some requests from its cache and others with 503, which therefore do not end `stale`.
  else if (state !== "offline" && !(isBusy && state === "stale")) connection.set(isBusy ? "down" : "ok");
}

/** The interval between health checks during an outage, in milliseconds. Without checks, an idle page would not notice the recovery. */
const pause = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The number of the latest check or change. A check ignores its result if something else has happened since. */
let latest = 0;

connection.subscribe(() => {
  latest++;
  clearTimeout(timer);
  if (connection.get() === "ok") fetchImagesAgain();
  else timer = setTimeout(ask, pause);
});
addEventListener("online", () => (connection.get() === "ok" ? fetchImagesAgain() : void ask()));

/** Reloads images that failed to load; browsers do not retry them. */
function fetchImagesAgain() {
  for (const image of document.images) {
    const { src, currentSrc, complete, naturalWidth } = image;
    if (currentSrc && complete && !naturalWidth) image.src = src;
  }
}

/** The maximum duration of a health check in milliseconds. */
const patience = 10_000;

async function ask() {
  clearTimeout(timer);
  const check = ++latest;
  const state = await checkHealth();
  if (check !== latest) return;
  if (state !== connection.get()) connection.set(state);
  else if (state !== "ok") timer = setTimeout(ask, pause);
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
