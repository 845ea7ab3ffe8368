import { store } from "./store";

/** How the server was last seen: `down` answers that it cannot, `offline` does not answer. */
export type Connection = "ok" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer({ status }: Response) {
  connection.set(status === 502 || status === 503 || status === 504 ? "down" : "ok");
}

/** How often a server that was away is asked whether it is back (milliseconds): the page itself may have nothing to ask. */
const pause = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

connection.subscribe(() => {
  clearTimeout(timer);
  if (connection.get() !== "ok") timer = setTimeout(ask, pause);
});
addEventListener("online", () => connection.get() !== "ok" && void ask());

async function ask() {
  clearTimeout(timer);
  const response = await fetch("/health/ready", { cache: "no-store" }).catch(() => null);
  if (response !== null) sawAnswer(response);
  else connection.set("offline");
  if (connection.get() !== "ok") timer = setTimeout(ask, pause);
}
