import { store } from "../../api/store";
import type { Sort } from "./sortGroups";

const key = "imagehub.groupsSort";

/** How the desk's list of groups is sorted in this tab. */
export const groupsSort = store<Sort>(JSON.parse(sessionStorage.getItem(key) ?? '{"key":"order","descending":false}'));

groupsSort.subscribe(() => sessionStorage.setItem(key, JSON.stringify(groupsSort.get())));
