import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { isMissing, Problem, Unreachable } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { forAllTabs } from "../../api/storage";
import { store } from "../../api/store";
import { reason } from "../../shell/Failure";
import { guestText } from "../../text/guest";
import { inVisit, needsPassword, sharedGroup } from "../queries";

type Favourites = Schemas["GuestFavourites"];
type Favourite = Schemas["GuestFavourite"];

/** Changes that are being saved, by link and photo. `turn` settles with the photo's last change; `before` is the photo's saved state. */
const saving = new Map<string, { turn: Promise<void>; before: Favourite | undefined }>();

/** The number of changes so far. */
let changes = 0;

/** The guest's choice. It can be read once the group has been read. */
export const favouritesOf = (token: string) =>
  queryOptions({
    queryKey: keys.favourites(token),
    queryFn: ({ signal }) =>
      inVisit(token, () =>
        answer(api.GET("/api/v1/shared/{token}/favourites", { params: { path: { token } }, signal })),
      ),
    // Another tab may have changed the choice, but this tab's pending changes are newer.
    refetchOnWindowFocus: () => saving.size === 0,
  });

/** The ids of the chosen photos, for components that show a single photo. */
export const chosen = store<ReadonlySet<string>>(new Set());

/** The message about the last failure. Each saved change sets it. */
export const standing = store<{ failure?: string }>({});

/** The browser remembers the time of the sent choice that was changed since, because the server does not report changes. */
const changedKey = (token: string) => `imagehub.changed.${token}`;

/** Whether the choice has changed since it was sent at a time. */
export const isChanged = (token: string, submittedAt: string) => forAllTabs.get(changedKey(token)) === submittedAt;

function noteChange(token: string) {
  const submittedAt = queryClient.getQueryData<Favourites>(keys.favourites(token))?.submittedAt;
  if (submittedAt) forAllTabs.set(changedKey(token), submittedAt);
}

/**
 * Chooses a photo with a note ("": none), or removes the photo from the choice (null). The change is shown at once and
 * rolled back on failure. Returns whether the change was saved.
 */
export async function setFavourite(token: string, imageId: string, note: string | null): Promise<boolean> {
  const id = `${token} ${imageId}`;
  const last = saving.get(id);
  const before = last ? last.before : find(token, imageId);
  const item = note === null ? undefined : { imageId, note: note || null };
  changes++;
  void queryClient.cancelQueries({ queryKey: keys.favourites(token) });
  show(token, imageId, item);
  const turn = (last?.turn ?? Promise.resolve()).catch(() => undefined).then(() => save(token, imageId, note));
  const entry = { turn, before };
  saving.set(id, entry);
  try {
    await turn;
    // If a later change fails, it is rolled back to this state.
    const newest = saving.get(id);
    if (newest) newest.before = item;
    noteChange(token);
    standing.set({});
    return true;
  } catch (error) {
    if (saving.get(id) === entry) show(token, imageId, entry.before);
    standing.set({ failure: explain(error) });
    // The link has ended or asks for its password again; the page reports that itself.
    if (error instanceof Problem && (error.status === 401 || error.status === 404))
      void queryClient.invalidateQueries({ queryKey: keys.shared(token) });
    return false;
  } finally {
    if (saving.get(id) === entry) saving.delete(id);
  }
}

/**
 * Submits the choice under a name. Throws the server's error. Changes made after the call count as not submitted yet.
 */
export async function submitFavourites(token: string, name: string) {
  const last = changes;
  const ofLink = [...saving].filter(([id]) => id.startsWith(`${token} `));
  await Promise.allSettled(ofLink.map(([, { turn }]) => turn));
  const sent = await inVisit(token, () =>
    answer(api.POST("/api/v1/shared/{token}/favourites/submit", { params: { path: { token } }, body: { name } })),
  );
  const isSame = changes === last;
  queryClient.setQueryData<Favourites>(keys.favourites(token), (shown) =>
    isSame || shown === undefined ? sent : { ...sent, items: shown.items },
  );
  if (!isSame) return noteChange(token);
  forAllTabs.set(changedKey(token));
  standing.set({});
}

/** Saves a change. If the link asks for its password again, saves the change once the guest has entered the password. */
async function save(token: string, imageId: string, note: string | null) {
  const params = { params: { path: { token, imageId } } };
  const send = () =>
    inVisit<unknown>(token, () =>
      note === null
        ? answer(api.DELETE("/api/v1/shared/{token}/favourites/{imageId}", params))
        : answer(api.PUT("/api/v1/shared/{token}/favourites/{imageId}", { ...params, body: { note: note || null } })),
    );
  try {
    await send();
  } catch (error) {
    if (!needsPassword(error)) throw error;
    await unlocked(token);
    await send();
    // The choice was read again after the password was entered, perhaps before the change was saved.
    void queryClient.invalidateQueries({ queryKey: keys.favourites(token) });
  }
}

/** Waits until the shared group can be read again. Throws if the link has ended, or if the guest has left its page. */
async function unlocked(token: string) {
  const { queryKey } = sharedGroup(token);
  const read = () => queryClient.getQueryState(queryKey);
  const isWaiting = () => {
    const state = read();
    return state !== undefined && state.status !== "success" && !isMissing(state.error);
  };
  await queryClient.invalidateQueries({ queryKey, exact: true });
  if (isWaiting())
    await new Promise<void>((resolve) => {
      const stop = queryClient.getQueryCache().subscribe(() => {
        if (isWaiting()) return;
        stop();
        resolve();
      });
    });
  if (read()?.status !== "success") throw read()?.error ?? new Unreachable();
}

const find = (token: string, imageId: string) =>
  queryClient.getQueryData<Favourites>(keys.favourites(token))?.items.find((item) => item.imageId === imageId);

/** Shows a photo as chosen or not chosen. */
const show = (token: string, imageId: string, item: Favourite | undefined) =>
  queryClient.setQueryData<Favourites>(
    keys.favourites(token),
    (data) => data && { ...data, items: withItem(data.items, imageId, item) },
  );

/** The choice with one photo changed in place, added at the end, or removed if `item` is undefined. */
export function withItem(items: Favourite[], imageId: string, item: Favourite | undefined): Favourite[] {
  if (item === undefined) return items.filter((other) => other.imageId !== imageId);
  return items.some((other) => other.imageId === imageId)
    ? items.map((other) => (other.imageId === imageId ? item : other))
    : [...items, item];
}

/** The reason why a change was not saved or the choice not sent. */
export function explain(error: unknown, what = guestText.choice.notSaved): string {
  if (error instanceof Problem && error.code === "tooManyGuests") return guestText.choice.tooManyGuests;
  if (error instanceof Problem && error.code === "tooManyFavourites") return guestText.choice.tooManyFavourites;
  if (error instanceof Problem && error.status === 404) return guestText.choice.gone;
  if (needsPassword(error)) return `${what} ${guestText.links.locked}.`;
  return `${what} ${reason(error)}`;
}
