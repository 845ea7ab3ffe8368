import { change, inTurn, readAgain } from "../api/change";
import { answer, api, type Group, photographs, type Schemas } from "../api/client";
import { keys, showing } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { queryClient } from "../api/queries";
import { store } from "../api/store";
import { tell, tellFailure } from "../design/overlays/toasts";
import { moved, type Place, placesOf } from "../order/places";
import { mineText } from "../text/mine";

export async function createGroup(body: {
  title: string;
  description?: string;
  isPublished: boolean;
  parentId?: string | undefined;
}) {
  const group = await photographs(api.POST("/api/v1/groups", { body }));
  queryClient.setQueryData(keys.groupItself(group.id), group);
  readAgain(showing(group.id, ...(body.parentId ? [body.parentId] : [])));
  return group;
}

export function updateGroup(group: Group, body: Schemas["UpdateGroup"]) {
  const update = (before: Group): Group => ({ ...before, ...(body as Partial<Group>) });
  return change<Group, Pages<Group>>({
    queryKey: keys.groupItself(group.id),
    update,
    also: {
      queryKey: keys.deskGroups,
      update: changeItems<Group>((items) => items.map((item) => (item.id === group.id ? update(item) : item))),
    },
    save: () => photographs(api.PATCH("/api/v1/groups/{id}", { params: { path: { id: group.id } }, body })),
    failed: mineText.desk.notSaved(group.title),
    touches: showing(group.id),
  });
}

/** Saves values of a group that the server may reject. The cache changes only after the response. Throws like `answer`. */
export async function saveGroup({ id }: Group, body: Schemas["UpdateGroup"]) {
  const group = await photographs(api.PATCH("/api/v1/groups/{id}", { params: { path: { id } }, body }));
  queryClient.setQueryData(keys.groupItself(id), group);
  readAgain(showing(id));
}

type Member = Schemas["GroupMemberResponse"];

/**
 * Applies the difference between `opened` and `edited` to the group's current members. Changes that other users have made
 * since `opened` was read remain. Throws like `answer`.
 */
export async function saveMembers(id: string, opened: Member[], edited: Member[]) {
  const current = await answer(api.GET("/api/v1/groups/{id}/members", { params: { path: { id } } }));
  const roles = new Map(current.items.map(({ userId, role }) => [userId, role]));
  for (const { userId } of opened) if (!edited.some((member) => member.userId === userId)) roles.delete(userId);
  for (const { userId, role } of edited) {
    const before = opened.find((member) => member.userId === userId)?.role;
    if (before === undefined || (before !== role && roles.has(userId))) roles.set(userId, role);
  }
  const items = [...roles].map(([userId, role]) => ({ userId, role }));
  const saved = await answer(api.PUT("/api/v1/groups/{id}/members", { params: { path: { id } }, body: { items } }));
  queryClient.setQueryData(keys.members(id), saved);
}

/** Moves a group below another one, or to the first level (null), with Undo. Throws like `answer`. */
export async function moveGroup(group: Group, parentId: string | null) {
  const move = async (to: string | null) => {
    const moved = await photographs(
      api.PATCH("/api/v1/groups/{id}", { params: { path: { id: group.id } }, body: { parentId: to } }),
    );
    queryClient.setQueryData(keys.groupItself(group.id), moved);
    // The pages of both parents and of all groups below the moved group change.
    readAgain([keys.desk, keys.gallery, keys.groups]);
  };
  await move(parentId);
  tell(mineText.desk.groupMoved(group.title), () =>
    move(group.parentId).catch((error) => tellFailure(mineText.desk.notMoved, error)),
  );
}

/** The progress of publishing groups; null while none are being published. */
export const publishing = store<{ done: number; of: number } | null>(null);

/** Shows groups to visitors, with Undo. */
export async function publishGroups(groups: Group[]) {
  publishing.set({ done: 0, of: groups.length });
  try {
    await setPublished(groups, true, mineText.desk.groupsPublished, (done) =>
      publishing.set({ done, of: groups.length }),
    );
  } finally {
    publishing.set(null);
  }
}

/** Hides groups from visitors, with Undo. */
export const hideGroups = (groups: Group[]) => setPublished(groups, false, mineText.desk.groupsHidden);

async function setPublished(
  groups: Group[],
  isPublished: boolean,
  words: (groups: number) => string,
  progress: (done: number) => void = () => undefined,
) {
  const changed: Group[] = [];
  await inTurn(groups, async (group) => {
    if (await updateGroup(group, { isPublished })) changed.push(group);
    progress(changed.length);
  });
  if (changed.length > 0)
    tell(words(changed.length), () => inTurn(changed, (group) => updateGroup(group, { isPublished: !isPublished })));
}

/**
 * Moves groups, the groups below them and their images to the trash, with Undo. Returns whether all of them were moved. A
 * group below another one is moved and restored with it.
 */
export async function deleteGroups(groups: Group[]) {
  const deleted: Group[] = [];
  const ids = new Set(groups.map(({ id }) => id));
  const highest = groups.filter(({ path }) => !path.some(({ id }) => ids.has(id)));
  await inTurn(highest, async (group) => {
    if (await trash(group)) deleted.push(group);
  });
  const [first] = deleted;
  if (first)
    tell(
      deleted.length === 1 ? mineText.desk.groupDeleted(first.title) : mineText.desk.groupsDeleted(deleted.length),
      () => inTurn(deleted, restore),
    );
  return deleted.length === highest.length;
}

/** The keys of the queries that show a group. The pages of the groups above count it and may show its cover. */
const showingAll = ({ id, path }: Group) => showing(id, ...path.map((above) => above.id));

const trash = (group: Group) =>
  change<Pages<Group>>({
    queryKey: keys.deskGroups,
    update: changeItems<Group>((items) =>
      items.filter((other) => ![other, ...other.path].some(({ id }) => id === group.id)),
    ),
    save: () => answer(api.DELETE("/api/v1/groups/{id}", { params: { path: { id: group.id } } })),
    failed: mineText.desk.notDeleted(group.title),
    touches: showingAll(group),
  });

async function restore(group: Group) {
  await answer(api.POST("/api/v1/groups/{id}/restore", { params: { path: { id: group.id } } })).catch((error) =>
    tellFailure(mineText.desk.notRestored(group.title), error),
  );
  readAgain(showingAll(group));
}

export async function orderGroups(groups: Group[], place: Place) {
  const back = placesOf(groups, place.ids);
  const save = (to: Place) => answer(api.PUT("/api/v1/groups/order", { body: to }));
  const ordered = await change<Pages<Group>>({
    queryKey: keys.deskGroupsWith("", "root"),
    update: changeItems<Group>((items) => moved(items, place)),
    save: () => save(place),
    failed: mineText.desk.notMoved,
    touches: showing(),
  });
  if (ordered) {
    const first = moved(groups, place).findIndex(({ id }) => id === place.ids[0]);
    tell(mineText.desk.movedTo(first + 1, groups.length), async () => {
      await inTurn(back, save).catch((error) => tellFailure(mineText.desk.notMoved, error));
      readAgain(showing());
    });
  }
}
