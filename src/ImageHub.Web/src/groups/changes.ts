import { change, inTurn, readAgain } from "../api/change";
import { answer, api, type Group, photographs, type Schemas } from "../api/client";
import { keys, showing } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { queryClient } from "../api/queries";
import { tell, tellFailure } from "../design/toasts";
import { moved, type Place, placesOf } from "../order/places";
import { mineText } from "../text/mine";

export async function createGroup(body: { title: string; description?: string; isPublished: boolean }) {
  const group = await photographs(api.POST("/api/v1/groups", { body }));
  queryClient.setQueryData(keys.groupItself(group.id), group);
  readAgain(showing(group.id));
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

/** Shows groups to visitors, with a way back. */
export async function publishGroups(groups: Group[]) {
  const published: Group[] = [];
  await inTurn(groups, async (group) => {
    if (await updateGroup(group, { isPublished: true })) published.push(group);
  });
  if (published.length > 0)
    tell(mineText.desk.groupsPublished(published.length), () =>
      inTurn(published, (group) => updateGroup(group, { isPublished: false })),
    );
}

/** Moves a group and its images to the trash, with a way back. */
export async function deleteGroup(group: Group) {
  const params = { params: { path: { id: group.id } } };
  const deleted = await change<Pages<Group>>({
    queryKey: keys.deskGroups,
    update: changeItems<Group>((items) => items.filter(({ id }) => id !== group.id)),
    save: () => answer(api.DELETE("/api/v1/groups/{id}", params)),
    failed: mineText.desk.notDeleted(group.title),
    touches: showing(group.id),
  });
  if (deleted)
    tell(mineText.desk.groupDeleted(group.title), async () => {
      await answer(api.POST("/api/v1/groups/{id}/restore", params)).catch((error) =>
        tellFailure(mineText.desk.notRestored(group.title), error),
      );
      readAgain(showing(group.id));
    });
  return deleted;
}

export async function orderGroups(groups: Group[], place: Place) {
  const back = placesOf(groups, place.ids);
  const save = (to: Place) => answer(api.PUT("/api/v1/groups/order", { body: to }));
  const ordered = await change<Pages<Group>>({
    queryKey: keys.deskGroupsWith(""),
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
