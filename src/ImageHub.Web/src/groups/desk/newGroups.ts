import { store } from "../../api/store";

/** The maximum number of ids that are stored; the oldest are dropped first. */
export const maxNewGroups = 500;

const key = "imagehub.newGroups";

/**
 * The groups that this browser has created from dropped folders. They are offered for publishing until they are
 * published or declared hidden, even after the browser was closed.
 */
export const newGroups = store<readonly string[]>(JSON.parse(localStorage.getItem(key) ?? "[]"));

newGroups.subscribe(() => localStorage.setItem(key, JSON.stringify(newGroups.get())));

// Another tab has created or published groups.
addEventListener("storage", (event) => {
  if (event.key === key) newGroups.set(JSON.parse(event.newValue ?? "[]"));
});

/** Stops offering groups for publishing. */
export function settleNewGroups(ids: Iterable<string>) {
  const settled = new Set(ids);
  newGroups.set(newGroups.get().filter((id) => !settled.has(id)));
}
