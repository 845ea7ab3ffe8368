import type { QueryKey } from "@tanstack/react-query";
import { tellFailure } from "../design/overlays/toasts";
import { queryClient } from "./queries";

interface Update<T> {
  /** The key of the queries whose cached data changes: all queries whose keys start with this key. */
  queryKey: QueryKey;
  update: (before: T) => T;
}

/**
 * Applies a change to the cache, then saves it. A failed save is rolled back and reported. The queries in `touches` are
 * read again after success and after failure. Returns whether the change was saved.
 */
export async function change<T, U = T>({
  queryKey,
  update,
  also,
  save,
  failed,
  touches = [queryKey],
}: Update<T> & {
  /** A second change to the cache. */
  also?: Update<U>;
  save: () => Promise<unknown>;
  /** The failure as a sentence, such as "Group not saved." */
  failed: string;
  /** The keys of the queries that are read again. */
  touches?: QueryKey[];
}): Promise<boolean> {
  const back = [await show({ queryKey, update }), also && (await show(also))];
  try {
    await save();
    return true;
  } catch (error) {
    for (const takeBack of back) takeBack?.();
    tellFailure(failed, error);
    return false;
  } finally {
    readAgain(touches);
  }
}

/** Applies a change to the cache and returns a function that rolls it back. */
async function show<T>({ queryKey, update }: Update<T>) {
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueriesData<T>({ queryKey });
  queryClient.setQueriesData<T>({ queryKey }, (data) => data && update(data));
  return () => {
    for (const [key, data] of before) queryClient.setQueryData(key, data);
  };
}

/** Marks the queries below these keys as stale and reads the visible ones again. Resolves once the visible queries have been read. */
export const readAgain = (touches: QueryKey[]) =>
  Promise.all(touches.map((queryKey) => queryClient.invalidateQueries({ queryKey })));

/** Sends several requests one after the other. */
export async function inTurn<T>(items: T[], send: (item: T) => Promise<unknown>) {
  for (const item of items) await send(item);
}
