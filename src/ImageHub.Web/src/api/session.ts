import { store } from "./store";

/**
 * The browser's session. Its tokens are cookies that no script can read; what is kept here is when the access token
 * ends, so that it is renewed before it does, by one tab for all of them.
 */
export type Session =
  | { state: "none" }
  /** `expiresAt`: when the access token ends, in milliseconds since 1970. */
  | { state: "signedIn"; expiresAt: number }
  /** It ran out while somebody was at work: they are asked to sign in again, and what waits goes on. */
  | { state: "ended" };

const key = "imagehub.session";
/** An access token is renewed this long before it ends. */
const ahead = 60_000;

export const session = store<Session>(stored());

function stored(): Session {
  const expiresAt = Number(localStorage.getItem(key));
  return expiresAt > 0 ? { state: "signedIn", expiresAt } : { state: "none" };
}

// Another tab signed in, renewed or signed out.
addEventListener("storage", (change) => {
  if (change.key === key || change.key === null) session.set(stored());
});

// Images are fetched by their elements, past the API client: their cookie is renewed by the clock.
setInterval(() => {
  if (document.visibilityState === "visible") void renewIfDue();
}, 15_000);
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void renewIfDue();
});

/** A pair of tokens has come. `seconds`: how long the access token lasts. */
export function began(seconds: number) {
  const expiresAt = Date.now() + seconds * 1000;
  localStorage.setItem(key, String(expiresAt));
  session.set({ state: "signedIn", expiresAt });
}

/** Signed out, here and in the other tabs. */
export function forget() {
  localStorage.removeItem(key);
  session.set({ state: "none" });
}

/** Renews the access token if it ends soon. Afterwards `session` says whether there still is one. */
export async function renewIfDue() {
  if (isDue(session.get())) await renew();
}

const isDue = (now: Session) => now.state === "signedIn" && now.expiresAt - ahead < Date.now();

let renewing: Promise<boolean> | null = null;

/** Renews the access token, once for all who ask meanwhile, unless another tab just did; `false` when the session is over. */
export async function renew(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => {
    renewing = null;
  });
  return await renewing;
}

async function renewOnce(): Promise<boolean> {
  const before = session.get();
  if (before.state !== "signedIn") return false;
  return await oneTabAtATime(async () => {
    const now = stored();
    if (now.state === "none") {
      session.set({ state: "ended" });
      return false;
    }
    if (now.state === "signedIn" && now.expiresAt !== before.expiresAt && !isDue(now)) {
      session.set(now);
      return true;
    }
    const response = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "X-Requested-With": "ImageHub" },
    }).catch(() => null);
    // Unreachable or busy: the session lives, the request itself will say so.
    if (response === null || response.status === 429 || response.status >= 500) return true;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) began(answer.expiresIn);
    // Another tab has the new cookies already.
    else if (answer.code === "refreshRaced") began(ahead / 1000 + 30);
    else {
      localStorage.removeItem(key);
      session.set({ state: "ended" });
      return false;
    }
    return true;
  });
}

/** Web Locks exist in secure contexts only; elsewhere the server's grace for racing tabs has to do. */
const oneTabAtATime = async (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? await navigator.locks.request("imagehub.session", work) : await work();

/** Resolves once somebody has signed in again (`true`) or given up (`false`). */
export const signedInAgain = () =>
  new Promise<boolean>((resolve) => {
    const stop = session.subscribe(() => {
      const now = session.get();
      if (now.state === "ended") return;
      stop();
      resolve(now.state === "signedIn");
    });
  });
