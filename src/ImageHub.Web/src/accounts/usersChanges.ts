import { change, readAgain } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { tell } from "../design/overlays/toasts";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { type User, users } from "./usersQueries";

export async function createUser(body: Schemas["CreateUser"]) {
  await answer(api.POST("/api/v1/users", { body }));
  await readAgain([users.queryKey]);
}

export async function updateUser(id: string, body: Schemas["UpdateUser"]) {
  await answer(api.PATCH("/api/v1/users/{id}", { params: { path: { id } }, body }));
  // The account may be the admin's own.
  await readAgain([users.queryKey, keys.me]);
}

/** Enables or disables an account. Disabling an account ends its sessions at once. */
export const setDisabled = (user: User, isDisabled: boolean) =>
  change<Pages<User>>({
    queryKey: users.queryKey,
    update: changeItems<User>((all) => all.map((item) => (item.id === user.id ? { ...item, isDisabled } : item))),
    save: () => answer(api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body: { isDisabled } })),
    failed: mineText.desk.notSaved(user.userName),
  });

/** Deletes an account and moves its images to the trash. */
export async function deleteUser(user: User) {
  const deleted = await change<Pages<User>>({
    queryKey: users.queryKey,
    update: changeItems<User>((all) => all.filter(({ id }) => id !== user.id)),
    save: () => answer(api.DELETE("/api/v1/users/{id}", { params: { path: { id: user.id } } })),
    failed: mineText.desk.notDeleted(user.userName),
    touches: [keys.desk],
  });
  if (deleted) tell(deskText.users.deleted(user.userName));
}
