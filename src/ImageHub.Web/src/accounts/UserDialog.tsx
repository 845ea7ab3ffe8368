import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { limits } from "../api/limits";
import { Field, SelectField } from "../design/fields/Field";
import { FormDialog } from "../shell/FormDialog";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { tiers } from "../tiers/queries";
import { createUser, updateUser } from "./usersChanges";
import type { User } from "./usersQueries";

/** Creates or edits an account: its name, role, tier and password. */
export function UserDialog({ user, onClose }: { user?: User; onClose: () => void }) {
  const { data: offered } = useQuery(tiers);
  const [role, setRole] = useState(user?.role ?? "user");

  async function submit(fields: FormData) {
    const password = String(fields.get("password"));
    const tierId = role === "user" ? String(fields.get("tierId") ?? "") : "";
    const account = { userName: String(fields.get("userName")).trim(), role, ...(tierId && { tierId }) };
    if (user) await updateUser(user.id, { ...account, ...(password && { password }) });
    else await createUser({ ...account, password });
    onClose();
  }

  return (
    <FormDialog
      title={user ? deskText.users.edit(user.userName) : deskText.users.create}
      action={text.common.save}
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
            <SelectField label={deskText.users.tier} name="tierId" defaultValue={user?.tierId ?? undefined}>
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
