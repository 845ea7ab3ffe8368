import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import { limits } from "../api/limits";
import { Field, SelectField } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { NotRead } from "../shell/NotRead";
import { useAsOpened } from "../shell/useAsOpened";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { basicTier, tiers } from "../tiers/queries";
import { createUser, updateUser } from "./usersChanges";
import { type User, userById } from "./usersQueries";

/** Creates or edits an account: its name, role, tier and password. */
export function UserDialog({ user: listed, onClose }: { user?: User; onClose: () => void }) {
  const {
    opened: user,
    error,
    refetch,
  } = useAsOpened({ ...userById(listed?.id ?? ""), enabled: listed !== undefined });
  const { data: offered } = useQuery(tiers);
  const [chosenRole, setRole] = useState<User["role"]>();
  const [chosenTier, setTier] = useState<string>();
  const role = chosenRole ?? user?.role ?? "user";
  const tierId = chosenTier ?? user?.tierId ?? basicTier;

  async function submit(fields: FormData) {
    const password = String(fields.get("password"));
    const userName = String(fields.get("userName")).trim();
    if (user)
      await updateUser(user.id, {
        ...(userName !== user.userName && { userName }),
        ...(role !== user.role && { role }),
        ...(role === "user" && tierId !== user.tierId && { tierId }),
        ...(password && { password }),
      });
    else await createUser({ userName, password, role, ...(role === "user" && { tierId }) });
    onClose();
  }

  return (
    <FormDialog
      title={listed ? deskText.users.edit(listed.userName) : deskText.users.create}
      action={text.common.save}
      instead={
        listed && !user
          ? error && <NotRead error={error} again={refetch} list={keys.users} onClose={onClose} />
          : undefined
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <Field
            label={text.account.userName}
            name="userName"
            required
            minLength={limits.leastUserName}
            maxLength={limits.userName}
            pattern="[A-Za-z0-9._\-]+"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            defaultValue={user?.userName}
            hint={deskText.users.nameHint(limits.leastUserName, limits.userName)}
            error={wrong("userName")}
            autoFocus
          />
          <Field
            label={user ? deskText.users.newPassword : text.account.password}
            name="password"
            type="password"
            autoComplete="new-password"
            required={!user}
            minLength={limits.leastPassword}
            hint={user ? deskText.users.resetHint : deskText.users.passwordHint(limits.leastPassword)}
            error={wrong("password") && mineText.guessable}
          />
          <SelectField
            label={deskText.users.role}
            name="role"
            value={role}
            onChange={(event) => setRole(event.target.value as User["role"])}
          >
            <option value="user">{deskText.users.roles.user}</option>
            <option value="editor">{deskText.users.roles.editor}</option>
            <option value="admin">{deskText.users.roles.admin}</option>
          </SelectField>
          {role === "user" && offered && (
            <SelectField
              label={deskText.users.tier}
              name="tierId"
              value={tierId}
              onChange={(event) => setTier(event.target.value)}
            >
              {offered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
        </>
      )}
    </FormDialog>
  );
}
