import type { QueryKey } from "@tanstack/react-query";
import { tellFailure } from "../design/overlays/toasts";
import { queryClient } from "./queries";

interface Update<T> {
  /** What is shown changed: all that begins with this key. */
  queryKey: QueryKey;
  update: (before: T) => T;
}

/**
 * Shows a change at once and saves it. A save that fails takes it back and says so; either way what is shown is read again
 * afterwards. Answers whether it was saved.
 */
export async function change<T, U = T>({
  queryKey,
  update,
  also,
  save,
  failed,
  touches = [queryKey],
}: Update<T> & {
  /** What else is shown changed. */
  also?: Update<U>;
  save: () => Promise<unknown>;
  /** What was not done, as a sentence. */
  failed: string;
  /** All that is read again. */
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

/** Shows a change, and answers with what takes it back. */
async function show<T>({ queryKey, update }: Update<T>) {
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueriesData<T>({ queryKey });
  queryClient.setQueriesData<T>({ queryKey }, (data) => data && update(data));
  return () => {
    for (const [key, data] of before) queryClient.setQueryData(key, data);
  };
}

/** Reads again what is shown, and what is kept of the rest as soon as it is shown; resolves once what is shown has been read. */
export const readAgain = (touches: QueryKey[]) =>
  Promise.all(touches.map((queryKey) => queryClient.invalidateQueries({ queryKey })));

/** Several requests, each after the one before. */
export async function inTurn<T>(items: T[], send: (item: T) => Promise<unknown>) {
  for (const item of items) await send(item);
}
