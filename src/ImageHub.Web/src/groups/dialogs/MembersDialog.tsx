import { useQuery } from "@tanstack/react-query";
import { UserRound, X } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { limits } from "../../api/limits";
import { Button } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { List, ListRow } from "../../design/List";
import { tell } from "../../design/overlays/toasts";
import { Failure } from "../../shell/Failure";
import { FormDialog } from "../../shell/FormDialog";
import { isComposing } from "../../shell/keyboard";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { saveMembers } from "../changes";
import styles from "./MembersDialog.module.css";
import { groupMembers, userNames } from "./membersQueries";

type Member = Schemas["GroupMemberResponse"];

const roles: Member["role"][] = ["viewer", "contributor"];

/** Edits the members of a group. Members see the group while it is hidden, and contributors also add photos. */
export function MembersDialog({ group, onClose }: { group: { id: string; title: string }; onClose: () => void }) {
  const words = deskText.members;
  const saved = useQuery({ ...groupMembers(group.id), refetchOnWindowFocus: false });
  const [opened, setOpened] = useState<Member[]>();
  const [edited, setEdited] = useState<Member[]>();
  const [announcement, setAnnouncement] = useState("");
  const search = useRef<HTMLInputElement>(null);
  const members = edited ?? saved.data?.items;

  /** Records a change of the list. The first change also records the list before it, so that later responses do not replace this list. */
  function edit(changed: Member[]) {
    if (edited === undefined) setOpened(members);
    setEdited(changed);
  }

  function add(id: string, userName: string) {
    edit([...(members ?? []), { userId: id, userName, role: "viewer" }]);
    setAnnouncement(words.added(userName));
    search.current?.focus();
  }

  function remove({ userId, userName }: Member) {
    edit((members ?? []).filter((member) => member.userId !== userId));
    setAnnouncement(words.removed(userName));
    search.current?.focus();
  }

  return (
    <FormDialog
      title={words.title}
      action={text.common.save}
      onSubmit={async () => {
        if (opened && edited) {
          await saveMembers(group.id, opened, edited);
          tell(words.saved(group.title));
        }
        onClose();
      }}
      onClose={onClose}
    >
      {() => (
        <>
          <p>{words.text}</p>
          {members === undefined ? (
            saved.error && <Failure error={saved.error} again={saved.refetch} />
          ) : (
            <>
              <FindUser field={search} members={members} onAdd={add} />
              {members.length === 0 ? (
                <p>{words.none}</p>
              ) : (
                <List>
                  {members.map((member) => (
                    <ListRow key={member.userId} icon={<UserRound size={18} aria-hidden />} name={member.userName}>
                      <select
                        className={styles.role}
                        aria-label={words.roleOf(member.userName)}
                        value={member.role}
                        onChange={({ target }) =>
                          edit(
                            members.map((other) =>
                              other === member ? { ...member, role: target.value as Member["role"] } : other,
                            ),
                          )
                        }
                      >
                        {roles.map((role) => (
                          <option key={role} value={role}>
                            {words.roles[role]}
                          </option>
                        ))}
                      </select>
                      <Button look="quiet" aria-label={words.remove(member.userName)} onClick={() => remove(member)}>
                        <X size={16} aria-hidden />
                      </Button>
                    </ListRow>
                  ))}
                </List>
              )}
            </>
          )}
          <p role="status" className="visuallyHidden">
            {announcement}
          </p>
        </>
      )}
    </FormDialog>
  );
}

/** A field that finds users by part of their names, with the first matches below it. Enter adds the first one. */
function FindUser({
  field,
  members,
  onAdd,
}: {
  field: RefObject<HTMLInputElement | null>;
  members: Member[];
  onAdd: (id: string, userName: string) => void;
}) {
  const words = deskText.members;
  const [typed, setTyped] = useState("");
  const [term, setTerm] = useState("");
  // Searches after a pause in typing.
  useEffect(() => {
    const timer = setTimeout(() => setTerm(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const isTyped = typed.trim() !== "";
  const { data } = useQuery({ ...userNames(term), enabled: term !== "" });
  const isCurrent = isTyped && term === typed.trim() && data !== undefined;
  const known = new Set(members.map(({ userId }) => userId));
  const found = isCurrent ? data.items.filter(({ id }) => !known.has(id)) : [];

  function choose({ id, userName }: { id: string; userName: string }) {
    onAdd(id, userName);
    setTyped("");
  }

  return (
    <>
      <Field
        label={words.add}
        type="search"
        value={typed}
        maxLength={limits.userName}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        ref={field}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          // Enter must not save the dialog while a name is being typed.
          if (event.key !== "Enter" || !isTyped || isComposing(event.nativeEvent)) return;
          event.preventDefault();
          if (found[0]) choose(found[0]);
        }}
        autoFocus
      />
      {isCurrent && (
        <ul className={styles.found} aria-label={words.found}>
          {found.map((user) => (
            <li key={user.id}>
              <Button look="quiet" className={styles.user} onClick={() => choose(user)}>
                <UserRound size={16} aria-hidden />
                {user.userName}
              </Button>
            </li>
          ))}
          {data.hasMore && <li className={styles.nobody}>{words.more}</li>}
          {found.length === 0 && !data.hasMore && <li className={styles.nobody}>{words.nobody(term)}</li>}
        </ul>
      )}
    </>
  );
}
