import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys, showing } from "../api/keys";
import { queryClient } from "../api/queries";
import { store } from "../api/store";
import { tell, tellFailure } from "../design/overlays/toasts";
import { deskText } from "../text/desk";

const key = "imagehub.import";

/** The import that is shown: the last one that this browser has started, until it is put away. */
export const shownImport = store<string | null>(localStorage.getItem(key));

/** Leaves for Microsoft's sign-in, which leads back. */
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

  // First that there is none, so that nobody asks for what was in it.
  await queryClient.refetchQueries({ queryKey: keys.oneDrive, exact: true });
  queryClient.removeQueries({ queryKey: keys.driveFolders });
}

/** Imports files and folders, into new groups of their folders' names or into one. Answers whether it was begun. */
export async function startImport(itemIds: string[], groupId: string | null): Promise<boolean> {
  try {
    const { id } = await answer(
      api.POST("/api/v1/onedrive/imports", { body: groupId === null ? { itemIds } : { itemIds, groupId } }),
    );
    showImport(id);
    return true;
  } catch (error) {
    tellFailure(deskText.oneDrive.notStarted, error);
    readAgain([keys.oneDrive]);
    return false;
  }
}

export async function cancelImport(id: string) {
  try {
    await answer(api.DELETE("/api/v1/imports/{id}", { params: { path: { id } } }));
  } catch (error) {
    tellFailure(deskText.oneDrive.notCancelled, error);
  }
  readAgain([keys.import(id)]);
}

export function showImport(id: string | null) {
  if (id === null) localStorage.removeItem(key);
  else localStorage.setItem(key, id);
  shownImport.set(id);
}

/** Reads again what shows groups, once an import has changed them. */
export const groupsChanged = () => readAgain(showing());
