import { store } from "./store";

/**
 * The last known state of the server. `stale`: it serves cached responses without its database. `down`: it responds with
 * errors. `offline`: it does not respond.
 */
export type Connection = "ok" | "stale" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer({ status, headers }: Response) {
  // Only a health check ends this state, so that its message can be read while other requests succeed.
  if (connection.get() === "offline") return;
  if (status === 502 || status === 503 || status === 504) {
    // Without its database, the server answers some requests from its cache and others with 503. These statuses therefore
    // do not end the state `stale`.
    if (connection.get() !== "stale") connection.set("down");
  } else connection.set(headers.has("X-ImageHub-Stale") ? "stale" : "ok");
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

async function ask() {
  clearTimeout(timer);
  const response = await fetch("/health/ready", { cache: "no-store" }).catch(() => null);
  if (response === null) connection.set("offline");
  else if (!response.ok) connection.set("down");
  else connection.set((await lacksDatabase(response)) ? "stale" : "ok");
  if (connection.get() !== "ok") timer = setTimeout(ask, pause);
}

/** Whether the server runs without its database. */
async function lacksDatabase(health: Response) {
  return (await health.json()).checks.database !== "ok";
}
