import { forAllTabs } from "../../api/storage";
import { store } from "../../api/store";

/** The maximum number of stored ids; the oldest are removed first. */
export const maxNewGroups = 500;

const key = "imagehub.newGroups";

/**
 * The groups that this browser has created from dropped folders. The desk offers to publish them until the curator
 * publishes them or keeps them hidden, also after a restart of the browser.
 */
export const newGroups = store<readonly string[]>(JSON.parse(forAllTabs.get(key) ?? "[]"));

newGroups.subscribe(() => forAllTabs.set(key, JSON.stringify(newGroups.get())));

// Another tab has created groups or stopped offering them.
addEventListener("storage", (event) => {
  if (event.key === key) newGroups.set(JSON.parse(event.newValue ?? "[]"));
});

/** Stops offering groups for publishing. */
export function settleNewGroups(ids: Iterable<string>) {
  const settled = new Set(ids);
  newGroups.set(newGroups.get().filter((id) => !settled.has(id)));
}
