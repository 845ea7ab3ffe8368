import createClient from "openapi-fetch";
import { connection, sawAnswer } from "./connection";
import { problemOf, Unreachable } from "./problem";
import type { components, paths } from "./schema";
import { renew, renewIfDue, session, signedInAgain } from "./session";

export type Schemas = components["schemas"];
export type Group = WithRenditions<Schemas["GroupResponse"]>;
/** An image that is reached through its group or through a link: with its renditions. Users' own images have `links` in their place. */
export type Photograph = WithRenditions<Schemas["ImageSummary"]>;

type Rendition = "low" | "medium" | "high" | "full";

/** An answer whose images are all reached through a group or a link. */
export type WithRenditions<T> = T extends Schemas["ImageSummary"]
  ? Omit<T, Rendition> & { [K in Rendition]: NonNullable<T[K]> }
  : T extends object
    ? { [K in keyof T]: WithRenditions<T[K]> }
    : T;

/** What the app reads: where a route also answers with a table, the app asks for JSON. */
type Media = `application/${string}`;

/**
 * The API. Every request goes through here: with a session that is fresh, and once more after it was renewed or
 * somebody signed in again.
 */
export const api = createClient<paths, Media>({
  baseUrl: "/",
  headers: { "X-Requested-With": "ImageHub" },
  fetch: authorized,
});

async function authorized(request: Request): Promise<Response> {
  // Signing in and out must not wait for somebody to sign in.
  const isAuth = new URL(request.url).pathname.startsWith("/api/v1/auth/");
  if (!isAuth) await renewIfDue();
  const response = await send(request.clone());
  if (response.status !== 401 || isAuth || session.get().state === "none") return response;
  if ((await renew()) || (session.get().state === "ended" && (await signedInAgain()))) return await send(request);
  return response;
}

async function send(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    connection.set("offline");
    throw new Unreachable();
  }
  sawAnswer(response);
  return response;
}

/** Has the server make what it makes on request, and waits for its first byte; throws as `answer` does. */
export async function prepare(address: string) {
  const response = await authorized(new Request(address, { headers: { Range: "bytes=0-0" } }));
  if (!response.ok) throw await problemOf(response);
}

/** The body of an answer whose images are all reached through a group or a link: they have their renditions. */
export const photographs = <T>(call: Call<T>) => answer(call) as Promise<WithRenditions<T>>;

type Call<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The answer's body; throws `Problem` for an error answer and `Unreachable` where none came. */
export async function answer<T>(call: Call<T>): Promise<T> {
  const { data, response, error } = await call;
  if (response.ok) return data as T;
  throw await problemOf(new Response(JSON.stringify(error), response));
}
