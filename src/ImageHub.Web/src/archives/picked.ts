import { useSyncExternalStore } from "react";
import { store } from "../api/store";

/** The photos of a page that are selected. */
export interface Picked {
  /** All there are, also those whose page has not come. */
  all: boolean;
  ids: ReadonlySet<string>;
  /** The one that was selected or taken away last: a range begins there. */
  last?: string;
}

const nothing: Picked = { all: false, ids: new Set() };

/** What is selected on the page that is open. */
export const picked = store<Picked>(nothing);

export const usePicked = (id: string) =>
  useSyncExternalStore(picked.subscribe, () => picked.get().all || picked.get().ids.has(id));

export const pickNone = (first?: string) =>
  picked.set(first === undefined ? nothing : { all: false, ids: new Set([first]), last: first });

export const pickAll = () => picked.set({ ...nothing, all: true });

/**
 * Selects a photo or takes it away; with `isRange` all from the last one to it become as it becomes. `order`: the ids of all photos, in
 * their order.
 */
export function toggled({ all, ids, last }: Picked, id: string, order: readonly string[], isRange: boolean): Picked {
  const next = new Set(all ? order : ids);
  const isIn = !next.has(id);
  const [from, to] = [isRange ? order.indexOf(last ?? id) : -1, order.indexOf(id)];
  const range = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of range) isIn ? next.add(each) : next.delete(each);
  return { all: false, ids: next, last: id };
}
