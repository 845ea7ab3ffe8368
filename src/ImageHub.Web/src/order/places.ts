interface Item {
  id: string;
}

/**
 * The target position of a block of items: directly after the item `after`, or at the front of the list if `after` is
 * null. The request of `PUT …/order` has this form.
 */
export interface Place {
  ids: string[];
  after: string | null;
}

function without<T extends Item>(items: T[], ids: string[]) {
  const gone = new Set(ids);
  return items.filter(({ id }) => !gone.has(id));
}

/** The list after a block has moved, as the server orders it. */
export function moved<T extends Item>(items: T[], { ids, after }: Place): T[] {
  const chosen = new Map(items.map((item) => [item.id, item]));
  const block = ids.flatMap((id) => chosen.get(id) ?? []);
  const others = without(items, ids);
  const place = after === null ? 0 : others.findIndex(({ id }) => id === after) + 1;
  return [...others.slice(0, place), ...block, ...others.slice(place)];
}

/** The ids in list order. */
export const inOrder = (items: Item[], ids: Iterable<string>) => {
  const wanted = new Set(ids);
  return items.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
};

/** The move that puts a block's first item at `position` in the list, from 1. */
export function atPosition(items: Item[], ids: string[], position: number): Place {
  const others = without(items, ids);
  return { ids, after: others[Math.min(position, others.length + 1) - 2]?.id ?? null };
}

/** The move of a block directly before or after another item. */
export function beside(items: Item[], ids: string[], target: string, side: "before" | "after"): Place {
  const others = without(
    items,
    ids.filter((id) => id !== target),
  );
  const at = others.findIndex(({ id }) => id === target);
  const after = side === "after" ? target : others[at - 1]?.id;
  // A block that is dropped beside one of its items goes after the nearest preceding item that does not move.
  return ids.includes(target) ? { ids, after: others[at - 1]?.id ?? null } : { ids, after: after ?? null };
}

/** The current positions of items, block by block. Applying these places in order restores the list after the items have moved. */
export function placesOf(items: Item[], ids: string[]): Place[] {
  const wanted = new Set(ids);
  const places: Place[] = [];
  items.forEach(({ id }, index) => {
    if (!wanted.has(id)) return;
    const previous = items[index - 1]?.id ?? null;
    const last = places.at(-1);
    if (last && last.ids.at(-1) === previous) last.ids.push(id);
    else places.push({ ids: [id], after: previous });
  });
  return places;
}
