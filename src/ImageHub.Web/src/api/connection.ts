import { store } from "./store";

/**
 * How the server was last seen: `stale` serves what it last knew to be public (`X-ImageHub-Stale`), `down` answers 503,
 * `offline` does not answer.
 */
export type Connection = "ok" | "stale" | "down" | "offline";

export const connection = store<Connection>("ok");

export function sawAnswer(response: Response) {
  if (response.status === 502 || response.status === 503 || response.status === 504) connection.set("down");
  else if (response.headers.get("X-ImageHub-Stale") === "true") connection.set("stale");
  else connection.set("ok");
}
