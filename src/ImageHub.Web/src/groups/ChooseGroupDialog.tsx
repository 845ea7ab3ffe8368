import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { limits } from "../api/limits";
import { Button } from "../design/Button";
import { Dialog, DialogActions } from "../design/Dialog";
import { Field } from "../design/Field";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { mineText } from "../text/mine";
import styles from "./ChooseGroupDialog.module.css";
import { groupsPage } from "./queries";

/** Asks for a group; the first twelve that fit what was typed are offered. */
export function ChooseGroupDialog({
  title,
  except,
  onChoose,
  onClose,
}: {
  title: string;
  /** A group that is no choice. */
  except: string;
  onChoose: (group: { id: string; title: string }) => void;
  onClose: () => void;
}) {
  const [term, setTerm] = useState("");
  const { data, error, refetch } = useQuery(groupsPage(1, term.trim()));
  const groups = data?.items.filter(({ id }) => id !== except) ?? [];
  return (
    <Dialog title={title} onClose={onClose}>
      <Field
        label={mineText.desk.searchGroups}
        type="search"
        value={term}
        maxLength={limits.search}
        onChange={(event) => setTerm(event.target.value)}
        autoFocus
      />
      {error && data === undefined ? (
        <Failure error={error} again={refetch} />
      ) : (
        <ul className={styles.groups}>
          {groups.map((group) => (
            <li key={group.id}>
              <Button
                look="quiet"
                className={styles.group}
                onClick={() => {
                  onChoose(group);
                  onClose();
                }}
              >
                {group.title}
              </Button>
            </li>
          ))}
          {data && groups.length === 0 && <li className={styles.none}>{mineText.desk.noOtherGroup}</li>}
        </ul>
      )}
      <DialogActions>
        <Button onClick={onClose}>{text.common.cancel}</Button>
      </DialogActions>
    </Dialog>
  );
}
