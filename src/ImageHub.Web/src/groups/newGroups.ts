import { store } from "../api/store";

const key = "imagehub.newGroups";

/** The groups that were made of dropped folders in this tab. They are hidden until somebody publishes them. */
export const newGroups = store<readonly string[]>(JSON.parse(sessionStorage.getItem(key) ?? "[]"));

newGroups.subscribe(() => sessionStorage.setItem(key, JSON.stringify(newGroups.get())));
