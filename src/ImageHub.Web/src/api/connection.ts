import { store } from "./store";

/** How the server was last seen: `stale` answers with what it last knew, `down` that it cannot, `offline` does not answer. */
export type Connection = "ok" | "stale" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer({ status, headers }: Response) {
  if (status === 502 || status === 503 || status === 504) {
    // Without its database the server answers some requests and not others: whether that goes on, the health check says.
    if (connection.get() !== "stale") connection.set("down");
  } else connection.set(headers.has("X-ImageHub-Stale") ? "stale" : "ok");
}

/** How often a server that was away is asked whether it is back (milliseconds): the page itself may have nothing to ask. */
const pause = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

connection.subscribe(() => {
  clearTimeout(timer);
  if (connection.get() === "ok") fetchImagesAgain();
  else timer = setTimeout(ask, pause);
});
addEventListener("online", () => (connection.get() === "ok" ? fetchImagesAgain() : void ask()));

/** Browsers do not try by themselves. */
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

/** Whether the server does what it can without its database. */
async function lacksDatabase(health: Response) {
  return (await health.json()).checks.database !== "ok";
}
