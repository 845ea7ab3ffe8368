import { store } from "../../api/store";
import type { Sort } from "./groupSort";

const key = "imagehub.groupsSort";

/** How the desk's list of groups is sorted in this tab. */
export const storedSort = store<Sort>(JSON.parse(sessionStorage.getItem(key) ?? '{"key":"order","descending":false}'));

storedSort.subscribe(() => sessionStorage.setItem(key, JSON.stringify(storedSort.get())));
