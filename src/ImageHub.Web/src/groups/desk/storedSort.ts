import { forThisTab } from "../../api/storage";
import { store } from "../../api/store";
import type { Sort } from "./groupSort";

const key = "imagehub.groupsSort";

/** The sort order of the list of groups, per tab. */
export const storedSort = store<Sort>(JSON.parse(forThisTab.get(key) ?? '{"key":"order","descending":false}'));

storedSort.subscribe(() => forThisTab.set(key, JSON.stringify(storedSort.get())));
