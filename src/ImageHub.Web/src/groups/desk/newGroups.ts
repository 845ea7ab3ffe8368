import { store } from "../../api/store";

/** How many are remembered; the oldest are forgotten first. */
export const maxNewGroups = 500;

const key = "imagehub.newGroups";

/**
 * The groups that this browser has made of dropped folders, hidden until somebody publishes them or says that they stay hidden: they are
 * offered on any page of it, and after it was closed.
 */
export const newGroups = store<readonly string[]>(JSON.parse(localStorage.getItem(key) ?? "[]"));

newGroups.subscribe(() => localStorage.setItem(key, JSON.stringify(newGroups.get())));

// Another tab made or published some.
addEventListener("storage", (event) => {
  if (event.key === key) newGroups.set(JSON.parse(event.newValue ?? "[]"));
});

/** Groups are no longer offered. */
export function settleNewGroups(ids: Iterable<string>) {
  const settled = new Set(ids);
  newGroups.set(newGroups.get().filter((id) => !settled.has(id)));
}
