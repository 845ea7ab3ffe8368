import { store } from "./store";

/**
 * The last known state of the server. `stale`: it serves cached responses without its database. `down`: it responds with
 * errors. `offline`: a request was not answered, and no health check has succeeded since.
 */
export type Connection = "ok" | "stale" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer({ status, headers }: Response) {
  const before = connection.get();
  if (status === 502 || status === 503 || status === 504) {
    // Without its database, the server answers some requests from its cache and others with 503. These statuses therefore
    // do not end the state `stale`.
    if (before !== "stale") connection.set("down");
  } else if (headers.has("X-ImageHub-Stale")) connection.set("stale");
  // Only a health check ends the state `offline`, so that its message can be read while other requests succeed.
  else if (before !== "offline") connection.set("ok");
}

/** The interval between health checks during an outage, in milliseconds. Without checks, an idle page would not notice the recovery. */
const pause = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

connection.subscribe(() => {
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
let checks = 0;

async function ask() {
  clearTimeout(timer);
  const check = ++checks;
  const state = await checkHealth();
  if (check !== checks) return;
  connection.set(state);
  if (state !== "ok") timer = setTimeout(ask, pause);
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
