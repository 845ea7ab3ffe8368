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
  /** What is shown changed. */
  queryKey: QueryKey;
  update: (before: T) => T;
  save: () => Promise<unknown>;
  /** What was not done, as a sentence. */
  failed: string;
  /** All that is read again. */
  touches?: QueryKey[];
}): Promise<boolean> {
  await queryClient.cancelQueries({ queryKey, exact: true });
  const before = queryClient.getQueryData<T>(queryKey);
  if (before !== undefined) queryClient.setQueryData(queryKey, update(before));
  try {
    await save();
    return true;
  } catch (error) {
    queryClient.setQueryData(queryKey, before);
    tellFailure(failed, error);
    return false;
  } finally {
    for (const key of touches) void queryClient.invalidateQueries({ queryKey: key });
  }
}
