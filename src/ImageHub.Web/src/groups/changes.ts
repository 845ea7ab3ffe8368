import { change } from "../api/change";
import { answer, api, type Group, type Schemas } from "../api/client";
import { changeItems, type Pages } from "../api/pages";
import { queryClient } from "../api/queries";
import { tell, tellFailure } from "../design/toasts";
import { text } from "../text";
import { moved, type Place, placesOf } from "./places";

/** All that shows a group. */
const touched = (id: string) => [["desk"], ["groups", "page"], ["groups", id]];
const deskGroups = ["desk", "groups"];

const everywhere = (id: string) => {
  for (const queryKey of touched(id)) void queryClient.invalidateQueries({ queryKey });
};

export async function createGroup(body: { title: string; description?: string; isPublished: boolean }) {
  const group = await answer(api.POST("/api/v1/groups", { body }));
  queryClient.setQueryData(["groups", group.id], group);
  everywhere(group.id);
  return group;
}

export function updateGroup(group: Group, body: Schemas["UpdateGroup"]) {
  const update = (before: Group): Group => ({ ...before, ...(body as Partial<Group>) });
  queryClient.setQueryData<Pages<Group>>(
    deskGroups,
    (data) =>
      data && changeItems<Group>((items) => items.map((item) => (item.id === group.id ? update(item) : item)))(data),
  );
  return change<Group>({
    queryKey: ["groups", group.id],
    update,
    save: () => answer(api.PATCH("/api/v1/groups/{id}", { params: { path: { id: group.id } }, body })),
    failed: text.desk.notSaved(group.title),
    touches: touched(group.id),
  });
}

/** Moves a group and its images to the trash, with a way back. */
export async function deleteGroup(group: Group) {
  const params = { params: { path: { id: group.id } } };
  const deleted = await change<Pages<Group>>({
    queryKey: deskGroups,
    update: changeItems<Group>((items) => items.filter(({ id }) => id !== group.id)),
    save: () => answer(api.DELETE("/api/v1/groups/{id}", params)),
    failed: text.desk.notDeleted(group.title),
    touches: touched(group.id),
  });
  if (deleted)
    tell(text.desk.groupDeleted(group.title), async () => {
      await answer(api.POST("/api/v1/groups/{id}/restore", params)).catch((error) =>
        tellFailure(text.desk.notRestored(group.title), error),
      );
      everywhere(group.id);
    });
  return deleted;
}

export async function orderGroups(groups: Group[], place: Place) {
  const back = placesOf(groups, place.ids);
  const save = (to: Place) => answer(api.PUT("/api/v1/groups/order", { body: to }));
  const ordered = await change<Pages<Group>>({
    queryKey: deskGroups,
    update: changeItems<Group>((items) => moved(items, place)),
    save: () => save(place),
    failed: text.desk.notMoved,
    touches: [["desk"], ["groups", "page"]],
  });
  if (ordered) {
    const first = moved(groups, place).findIndex(({ id }) => id === place.ids[0]);
    tell(text.desk.movedTo(first + 1, groups.length), async () => {
      await inTurn(back, save).catch((error) => tellFailure(text.desk.notMoved, error));
      for (const queryKey of [["desk"], ["groups", "page"]]) void queryClient.invalidateQueries({ queryKey });
    });
  }
}

/** Several requests, each after the one before. */
export async function inTurn<T>(items: T[], send: (item: T) => Promise<unknown>) {
  for (const item of items) await send(item);
}
