import createClient from "openapi-fetch";
import { sawAnswer, sawNoAnswer } from "./connection";
import { problemOf, Unreachable } from "./problem";
import type { components, paths } from "./schema";
import { awaitsSignIn, renew, renewIfDue, session, signedInAgain } from "./session";

export type Schemas = components["schemas"];
export type Group = WithRenditions<Schemas["GroupResponse"]>;
/** The files of a group's images that visitors may download. */
export type Downloads = Schemas["Downloads"];
/** An image of a group or a link, with its renditions. A user's own images have `links` instead. */
export type Photograph = WithRenditions<Schemas["ImageSummary"]>;

type Rendition = "low" | "medium" | "high";

/** A response whose images all belong to a group or a link. */
export type WithRenditions<T> = T extends Schemas["ImageSummary"]
  ? Omit<T, Rendition | "large" | "full"> & { [K in Rendition]: NonNullable<T[K]> } & {
      [K in "large" | "full"]: NonNullable<T[K]> | null;
    }
  : T extends object
    ? { [K in keyof T]: WithRenditions<T[K]> }
    : T;

/** The app requests JSON from routes that also support CSV and ZIP. */
type Media = `application/${string}json`;

/**
 * The API client. Before a request, it renews a session that expires soon. After a refusal, it repeats the request once the
 * session has been renewed, or once the user has signed in again if the page asks for it. Neither applies to addresses below
 * `/api/v1/auth/`, or below `/api/v1/shared/`, where a refusal concerns the link's password.
 */
export const api = createClient<paths, Media>({
  baseUrl: "/",
  headers: { "X-Requested-With": "ImageHub" },
  fetch: authorized,
});

async function authorized(request: Request): Promise<Response> {
  // Requests to sign in and out must not wait for a session.
  if (/\/api\/v1\/(auth|shared)\//.test(request.url)) return await send(request);
  await renewIfDue();
  const response = await send(request.clone());
  // After the end of a session, what visitors may not see is 404.
  const isRefused = response.status === 401 || (response.status === 404 && awaitsSignIn());
  if (!isRefused || session.get().state === "none") return response;
  if ((await renew()) || (awaitsSignIn() && (await signedInAgain()))) return await send(request);
  return response;
}

async function send(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    sawNoAnswer();
    throw new Unreachable();
  }
  sawAnswer(response);
  return response;
}

/** Asks the server to create a resource that it creates on demand, and waits for the first byte. Throws like `answer`. */
export async function prepare(address: string) {
  const response = await authorized(new Request(address, { headers: { Range: "bytes=0-0" } }));
  if (!response.ok) throw await problemOf(response);
}

/** The body of a response whose images all belong to a group or a link, and therefore have renditions. */
export const photographs = <T>(call: Call<T>) => answer(call) as Promise<WithRenditions<T>>;

type Call<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The response's body. Throws `Problem` for an error response and `Unreachable` without a response. */
export async function answer<T>(call: Call<T>): Promise<T> {
  const { data, response, error } = await call;
  if (response.ok) return data as T;
  throw await problemOf(new Response(JSON.stringify(error), response));
}
