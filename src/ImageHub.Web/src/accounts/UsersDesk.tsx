import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Ban, MoreHorizontal, Pencil, Plus, Trash2, UserCheck, UserRound, UserRoundCog } from "lucide-react";
import { useRef, useState } from "react";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import { List, ListRow } from "../design/List";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { Menu } from "../design/overlays/Menu";
import { PageHead } from "../design/PageHead";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { keepRow } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { deskText } from "../text/desk";
import { bytes } from "../text/format";
import { mineText } from "../text/mine";
import { tiers } from "../tiers/queries";
import { useMe } from "./me";
import { UserDialog } from "./UserDialog";
import { deleteUser, setDisabled } from "./usersChanges";
import { type User, users } from "./usersQueries";

/** `/admin/users`: the accounts, their roles and the storage they use. */
export function UsersDesk() {
  const list = useInfiniteQuery(users);
  const { data, error, refetch } = list;
  const tierOf = new Map(useQuery(tiers).data?.map(({ id, name }) => [id, name]));
  const [edited, setEdited] = useState<User | "new">();
  const [toDelete, setToDelete] = useState<User>();
  const [toDisable, setToDisable] = useState<User>();
  const me = useMe().data;
  const rows = useRef<HTMLUListElement>(null);
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{mineText.desk.users}</PageTitle>
      <PageHead title={mineText.desk.users}>
        <Button look="primary" onClick={() => setEdited("new")}>
          <Plus size={16} aria-hidden />
          {deskText.users.create}
        </Button>
      </PageHead>
      <List ref={rows}>
        {itemsOf(data).map((user) => (
          <ListRow
            key={user.id}
            icon={user.role !== "user" ? <UserRoundCog size={18} aria-hidden /> : <UserRound size={18} aria-hidden />}
            name={user.userName}
            facts={deskText.users.facts(
              user.role !== "user" ? deskText.users.roles[user.role] : (tierOf.get(user.tierId ?? "") ?? ""),
              bytes(user.usedBytes),
              user.isDisabled,
            )}
          >
            <Menu
              name={mineText.desk.actionsFor(user.userName)}
              actions={[
                {
                  id: "edit",
                  name: mineText.desk.edit,
                  icon: <Pencil size={16} aria-hidden />,
                  onAction: () => setEdited(user),
                },
                // Admins cannot disable or delete their own accounts here. They would end their own session.
                ...(user.id === me?.id
                  ? []
                  : [
                      {
                        id: "disable",
                        name: user.isDisabled ? deskText.users.enable : deskText.users.disable,
                        icon: user.isDisabled ? <UserCheck size={16} aria-hidden /> : <Ban size={16} aria-hidden />,
                        onAction: () => (user.isDisabled ? void setDisabled(user, false) : setToDisable(user)),
                      },
                      {
                        id: "delete",
                        name: mineText.desk.delete,
                        icon: <Trash2 size={16} aria-hidden />,
                        isDangerous: true,
                        onAction: () => setToDelete(user),
                      },
                    ]),
              ]}
            >
              <MoreHorizontal size={18} aria-hidden />
            </Menu>
          </ListRow>
        ))}
      </List>
      <LoadMore list={list} />
      {edited && <UserDialog user={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
      {toDisable && (
        <ConfirmDialog
          title={deskText.users.disableTitle(toDisable.userName)}
          action={deskText.users.disable}
          onYes={() => {
            setToDisable(undefined);
            void setDisabled(toDisable, true);
          }}
          onClose={() => setToDisable(undefined)}
        >
          {deskText.users.disableText}
        </ConfirmDialog>
      )}
      {toDelete && (
        <ConfirmDialog
          title={deskText.users.deleteTitle(toDelete.userName)}
          action={mineText.desk.delete}
          onYes={() => {
            setToDelete(undefined);
            keepRow(
              rows.current,
              itemsOf(data).findIndex(({ id }) => id === toDelete.id),
            );
            void deleteUser(toDelete);
          }}
          onClose={() => setToDelete(undefined)}
        >
          {deskText.users.deleteText}
        </ConfirmDialog>
      )}
    </>
  );
}
