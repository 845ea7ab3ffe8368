import { forAllTabs } from "./storage";
import { store } from "./store";

/**
 * The browser's session. Its tokens are cookies that scripts cannot read. This module knows only when the
 * access token must be renewed, so that one tab renews it for all tabs in time.
 */
export type Session =
  | { state: "none" }
  /** `renewAt`: the time for a new access token, in milliseconds since 1970. `since` differs between two sign-ins. */
  | { state: "signedIn"; renewAt: number; since: string }
  /** The session expired: pages for signed-in users ask for another sign-in, and their requests wait. */
  | { state: "ended" };

const key = "imagehub.session";
/** Stored instead of `renewAt` once the session has expired, so that other tabs ask the user, too, and keep their work. */
const expired = "expired";
/** The access token is renewed this many seconds before it expires, or after half of its lifetime if that is later. */
const ahead = 60;

export const session = store<Session>(stored());

function stored(): Session {
  // Pages of an earlier version read one number.
  const [renewAt, since = ""] = (forAllTabs.get(key) ?? "").split(".");
  return Number(renewAt) > 0 ? { state: "signedIn", renewAt: Number(renewAt), since } : { state: "none" };
}

// Another tab has signed in, renewed the session or signed out, or has found that the session expired.
addEventListener("storage", (change) => {
  if (change.key !== key && change.key !== null) return;
  if (change.newValue !== expired) takeOver();
  else if (session.get().state === "signedIn") session.set({ state: "ended" });
});

/** Resolves once the session is known to belong to the page's account. Requests and uploads wait for it. */
let identified: Promise<unknown> = Promise.resolve();

/** Takes over the session that another tab has stored. If another user has signed in, loads the page again. */
function takeOver() {
  const [before, now] = [session.get(), stored()];
  session.set(now);
  if (account === undefined || now.state !== "signedIn") return;
  if (before.state === "signedIn" && before.since === now.since) return;
  identified = identify(account);
}

async function identify(owner: string) {
  if (isDue(session.get())) await renewOnce();
  await isSignedIn(owner);
}

// Image elements send requests without the API client, so a timer renews their cookie.
setInterval(() => {
  if (document.visibilityState === "visible") void renewIfDue();
}, 15_000);
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void renewIfDue();
});

/** Records a new pair of tokens. `seconds`: the access token's lifetime; `since`: the time of an earlier sign-in. */
export function began(seconds: number, since = String(Date.now())) {
  const renewAt = Date.now() + Math.max(seconds - ahead, seconds / 2) * 1000;
  forAllTabs.set(key, `${renewAt}.${since}`);
  session.set({ state: "signedIn", renewAt, since });
}

/** Records the end of the session in this tab and all others. */
export function forget() {
  forAllTabs.set(key);
  session.set({ state: "none" });
}

/** Renews the access token if it expires soon. Afterwards `session` tells whether a session exists. */
export async function renewIfDue() {
  await identified;
  if (isDue(session.get())) await renew();
}

const isDue = (now: Session) => now.state === "signedIn" && now.renewAt < Date.now();

let renewing: Promise<boolean> | null = null;

/**
 * Renews the access token with one request for all concurrent callers. Sends no request if another tab has just renewed
 * the token. Returns `false` if there is no session or the session has ended.
 */
export async function renew(): Promise<boolean> {
  renewing ??= identified.then(renewOnce).finally(() => {
    renewing = null;
  });
  return await renewing;
}

async function renewOnce(): Promise<boolean> {
  const before = session.get();
  if (before.state !== "signedIn") return false;
  const isValid = await oneTabAtATime(async () => {
    const now = stored();
    if (now.state !== "signedIn") {
      session.set({ state: "ended" });
      return false;
    }
    const { since } = now;
    if (now.renewAt !== before.renewAt && !isDue(now)) {
      session.set(now);
      return true;
    }
    const response = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "X-Requested-With": "ImageHub" },
    }).catch(() => null);
    // The server is busy or unreachable: the session continues, and the request itself reports the failure.
    if (response === null || response.status === 429 || response.status >= 500) return true;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) began(answer.expiresIn, since);
    // Another tab has renewed the session at the same time and set the new cookies. Their lifetime is not known.
    else if (answer.code === "refreshRaced") began(ahead, since);
    else {
      forAllTabs.set(key, expired);
      session.set({ state: "ended" });
      return false;
    }
    return true;
  });
  const now = session.get();
  // Another tab has signed in while this one slept.
  if (now.state === "signedIn" && now.since !== before.since && account !== undefined) {
    identified = isSignedIn(account);
    await identified;
  }
  return isValid;
}

/** Web Locks exist in secure contexts only. Elsewhere the server's grace period for concurrent renewals applies. */
const oneTabAtATime = async (work: () => Promise<boolean>): Promise<boolean> =>
  navigator.locks ? await navigator.locks.request("imagehub.session", work) : await work();

/** The id of the account that uses this page. */
let account: string | undefined;

session.subscribe(() => {
  if (session.get().state === "none") account = undefined;
});

/** Records the account that uses this page. If another account used the page before, cancels that account's work and reloads the page. */
export function setPageAccount(id: string) {
  if (account !== undefined && id !== account) reloadForNewAccount();
  else account = id;
}

/** Ends this page's uploads and pending requests, and loads the page again for the new account. */
function reloadForNewAccount() {
  const address = location.href;
  session.set({ state: "none" });
  // Setting `location` to an address with a fragment, which the skip link adds, would not load the page again.
  history.replaceState(null, "", address);
  location.reload();
}

let asks = false;

/** Declares that the shown page asks the user to sign in again when the session ends. Returns a function that revokes this. */
export function askForSignIn() {
  asks = true;
  return () => {
    asks = false;
  };
}

/** Whether the session has ended and the page asks the user to sign in again. Visitors' pages do not ask. */
export const awaitsSignIn = () => asks && session.get().state === "ended";

/**
 * Resolves once the user has signed in again (`true`) or has given up (`false`). If another user has signed in, cancels
 * the pending requests and reloads the page.
 */
export const signedInAgain = () => {
  const owner = account;
  return new Promise<boolean>((resolve) => {
    const stop = session.subscribe(() => {
      const now = session.get();
      if (now.state === "ended") return;
      stop();
      resolve(now.state === "signedIn" && (owner === undefined || isSignedIn(owner)));
    });
  });
};

/** Whether the session belongs to this account. Repeats the request until the server answers. */
async function isSignedIn(owner: string) {
  for (;;) {
    const response = await fetch("/api/v1/auth/me").catch(() => null);
    if (response?.ok) {
      const { id } = await response.json();
      if (id !== owner) setPageAccount(id);
      return id === owner;
    }
    if (response?.status === 401) return false;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
