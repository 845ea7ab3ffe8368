import type { QueryKey } from "@tanstack/react-query";
import { tellFailure } from "../design/toasts";
import { queryClient } from "./queries";

/**
 * Shows a change at once and saves it. A save that fails takes it back and says so; either way what is shown is read again
 * afterwards. Answers whether it was saved.
 */
export async function change<T>({
  queryKey,
  update,
  save,
  failed,
  touches = [queryKey],
}: {
  /** What is shown changed: all that begins with this key. */
  queryKey: QueryKey;
  update: (before: T) => T;
  save: () => Promise<unknown>;
  /** What was not done, as a sentence. */
  failed: string;
  /** All that is read again. */
  touches?: QueryKey[];
}): Promise<boolean> {
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueriesData<T>({ queryKey });
  queryClient.setQueriesData<T>({ queryKey }, (data) => data && update(data));
  try {
    await save();
    return true;
  } catch (error) {
    for (const [key, data] of before) queryClient.setQueryData(key, data);
    tellFailure(failed, error);
    return false;
  } finally {
    readAgain(touches);
  }
}

/** Reads again what is shown, and what is kept of the rest as soon as it is shown. */
export function readAgain(touches: QueryKey[]) {
  for (const queryKey of touches) void queryClient.invalidateQueries({ queryKey });
}

/** Several requests, each after the one before. */
export async function inTurn<T>(items: T[], send: (item: T) => Promise<unknown>) {
  for (const item of items) await send(item);
}
