import { useQuery } from "@tanstack/react-query";
import { FolderPlus } from "lucide-react";
import { useEffect, useState } from "react";
import { limits } from "../../api/limits";
import { Problem } from "../../api/problem";
import { Button } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { Dialog, DialogActions } from "../../design/overlays/Dialog";
import { Failure, reason } from "../../shell/Failure";
import { useBusy } from "../../shell/useBusy";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { createGroup } from "../changes";
import { groupsTitled } from "../queries";
import styles from "./ChooseGroupDialog.module.css";

/** Asks for a group, and offers the first twelve matches of a search. */
export function ChooseGroupDialog({
  title,
  except,
  onChoose,
  instead,
  onClose,
}: {
  title: string;
  /** The id of a group that is not offered. */
  except: string;
  onChoose: (group: { id: string; title: string }) => void | Promise<void>;
  /** A choice other than a group: its label and its action. Without `instead`, the user can create a new group. */
  instead?: { label: string; onChoose: () => void | Promise<void> } | undefined;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [term, setTerm] = useState("");
  const [failure, setFailure] = useState<string>();
  const { busy, isFirm, run } = useBusy();
  const { data, error, refetch } = useQuery(groupsTitled(term));
  // Searches after a pause in typing.
  useEffect(() => {
    const timer = setTimeout(() => setTerm(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const newTitle = typed.trim();
  /** Creates a group that is hidden from visitors, and chooses it. If the choice fails, the group is offered by its title. */
  const make = async () => {
    let isMade = false;
    await choose(
      async () => {
        const made = await createGroup({ title: newTitle, isPublished: false });
        isMade = true;
        await onChoose(made);
      },
      (failed) => (isMade ? reasonOf(failed) : `${mineText.desk.notCreated(newTitle)} ${reason(failed)}`),
    );
  };
  /** Closes the dialog once the choice has taken effect. If the choice fails, shows the reason instead. */
  const choose = (effect: () => void | Promise<void>, explain = reasonOf) =>
    run(async () => {
      try {
        await effect();
        onClose();
      } catch (failed) {
        setFailure(explain(failed));
      }
    });
  const groups = data?.items.filter(({ id }) => id !== except) ?? [];
  return (
    <Dialog title={title} onClose={onClose} isFirm={isFirm}>
      <Field
        label={mineText.desk.searchGroups}
        type="search"
        value={typed}
        maxLength={limits.search}
        onChange={(event) => setTyped(event.target.value)}
        autoFocus
      />
      {error && data === undefined ? (
        <Failure error={error} again={refetch} />
      ) : (
        <ul className={styles.groups}>
          {instead && newTitle === "" && (
            <li>
              <Button
                look="quiet"
                className={styles.group}
                inactive={busy}
                onClick={() => void choose(instead.onChoose)}
              >
                {instead.label}
              </Button>
            </li>
          )}
          {groups.map((group) => (
            <li key={group.id}>
              <Button
                look="quiet"
                className={styles.group}
                inactive={busy}
                onClick={() => void choose(() => onChoose(group))}
              >
                <span>
                  {group.path.length > 0 && (
                    <span className={styles.path}>{group.path.map(({ title }) => title).join(" / ")} / </span>
                  )}
                  {group.title}
                </span>
              </Button>
            </li>
          ))}
          {!instead && newTitle !== "" && !groups.some((group) => group.title === newTitle) && (
            <li>
              <Button look="quiet" className={styles.group} inactive={busy} onClick={make}>
                <FolderPlus size={16} aria-hidden />
                {deskText.join.make(newTitle)}
              </Button>
            </li>
          )}
          {data && groups.length === 0 && (newTitle === "" || instead) && (
            <li className={styles.none}>{mineText.desk.noOtherGroup}</li>
          )}
        </ul>
      )}
      {failure && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      <DialogActions>
        <Button onClick={onClose} inactive={isFirm}>
          {text.common.cancel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The reason why a group could not be chosen. */
function reasonOf(failed: unknown) {
  const code = failed instanceof Problem ? failed.code : "";
  return code in mineText.desk.parentRefused
    ? mineText.desk.parentRefused[code as keyof typeof mineText.desk.parentRefused]
    : reason(failed);
}
