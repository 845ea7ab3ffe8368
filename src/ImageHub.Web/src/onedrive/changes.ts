import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys, showing } from "../api/keys";
import { Problem } from "../api/problem";
import { queryClient } from "../api/queries";
import { forAllTabs } from "../api/storage";
import { store } from "../api/store";
import { tell, tellFailure } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import { type Import, isOver } from "./queries";

const key = "imagehub.import";

/**
 * The ids of the imports that were started in this browser or found running, the oldest first, until the user dismisses them or
 * another one takes their place.
 */
export const shownImports = store(storedImports());

function storedImports() {
  return (forAllTabs.get(key) ?? "").split(" ").filter(Boolean);
}

/** Opens Microsoft's sign-in page, which redirects back to the app. */
export async function connect() {
  try {
    const { url } = await answer(api.POST("/api/v1/onedrive/connect"));
    location.assign(url);
  } catch (error) {
    tellFailure(deskText.oneDrive.notConnected, error);
  }
}

export async function disconnect() {
  try {
    await answer(api.DELETE("/api/v1/onedrive"));
    tell(deskText.oneDrive.disconnected);
  } catch (error) {
    tellFailure(deskText.oneDrive.notDisconnected, error);
  }

  // The connection is read first, so that the page no longer shows the drive. Removing the drive's queries then sends no request.
  await queryClient.refetchQueries({ queryKey: keys.oneDrive, exact: true });
  queryClient.removeQueries({ queryKey: keys.driveFolders });
}

/** The id of the newest import when the imports were last read or started. */
let newest: string | undefined;

/**
 * Shows the open imports that are not shown yet, which other browsers have started, and those newer than `since`. Returns
 * whether there are any.
 */
export async function findImports(since?: string): Promise<boolean> {
  const { items } = await answer(
    api.GET("/api/v1/onedrive/imports", { params: { query: { cursor: "", pageSize: 30 } } }),
  );
  const shown = storedImports();
  const found = items
    .filter((listed) => !shown.includes(listed.id))
    .filter((listed) => !isOver(listed) || (since !== undefined && listed.id > since))
    .map(({ id }) => id);
  newest = items[0]?.id ?? "";
  // The ids are in the order of their times.
  if (found.length > 0) showImports([...shown, ...found].sort());
  return found.length > 0;
}

/**
 * Imports files and folders into one group, or into a new group for each folder. `nested`: whether the groups of nested
 * folders are nested. Returns whether the import has started.
 */
export async function startImport(itemIds: string[], groupId: string | null, nested: boolean): Promise<boolean> {
  try {
    const { id } = await answer(
      api.POST("/api/v1/onedrive/imports", { body: groupId === null ? { itemIds, nested } : { itemIds, groupId } }),
    );
    showImports([...storedImports().filter((shown) => !isDone(shown)), id]);
    newest = id;
    return true;
  } catch (error) {
    readAgain([keys.oneDrive]);
    return await explain(error);
  }
}

/** Reports that an import was not started, unless it was: the answer may have been lost. Returns whether it has started. */
async function explain(error: unknown): Promise<boolean> {
  const isCertain = error instanceof Problem && error.status < 500;
  try {
    if (!isCertain && (await findImports(newest))) return true;
    tellFailure(deskText.oneDrive.notStarted, error);
  } catch {
    tellFailure(deskText.oneDrive.notKnown, error);
  }
  return false;
}

export async function cancelImport(id: string) {
  try {
    await answer(api.DELETE("/api/v1/imports/{id}", { params: { path: { id } } }));
  } catch (error) {
    tellFailure(deskText.oneDrive.notCancelled, error);
  }
  readAgain([keys.import(id)]);
}

/** Whether an import has ended without a failure, so that the next one takes its place. */
function isDone(id: string) {
  const shown = queryClient.getQueryData<Import>(keys.import(id));
  return shown !== undefined && isOver(shown) && shown.failed === 0 && shown.error === null;
}

/** Shows an import no longer. */
export const dismissImport = (id: string) => showImports(storedImports().filter((shown) => shown !== id));

function showImports(ids: string[]) {
  forAllTabs.set(key, ids.join(" "));
  shownImports.set(ids);
}

/** Reads the lists of groups again after an import. */
export const groupsChanged = () => readAgain(showing());
