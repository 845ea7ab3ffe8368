import { useSyncExternalStore } from "react";
import { store } from "../api/store";

/** The selection of a page's photos. */
export interface Picked {
  /** Whether all photos are selected, including those of pages that are not loaded yet. */
  all: boolean;
  ids: ReadonlySet<string>;
  /** The photo that was selected or deselected last: a range starts there. */
  last?: string;
}

const nothing: Picked = { all: false, ids: new Set() };

/** The selection on the open page. */
export const picked = store<Picked>(nothing);

export const usePicked = (id: string) =>
  useSyncExternalStore(picked.subscribe, () => picked.get().all || picked.get().ids.has(id));

export const pickNone = (first?: string) =>
  picked.set(first === undefined ? nothing : { all: false, ids: new Set([first]), last: first });

export const pickAll = () => picked.set({ ...nothing, all: true });

/**
 * The selection after a photo is toggled. With `isRange` all photos from the last toggled photo to this photo get the
 * same state. `order`: all ids in order, needed for a range or if all photos are selected.
 */
export function toggled({ all, ids, last }: Picked, id: string, order: readonly string[], isRange: boolean): Picked {
  const next = new Set(all ? order : ids);
  const isIn = !next.has(id);
  const [from, to] = [isRange ? order.indexOf(last ?? id) : -1, order.indexOf(id)];
  const range = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of range) isIn ? next.add(each) : next.delete(each);
  return { all: false, ids: next, last: id };
}
