import { EyeOff } from "lucide-react";
import type { Group } from "../../api/client";
import { useStore } from "../../api/useStore";
import { Button } from "../../design/Button";
import { keepFocus } from "../../shell/keepFocus";
import { mineText } from "../../text/mine";
import { publishGroups, publishing } from "../changes";
import styles from "./GroupListDesk.module.css";
import { newGroups, settleNewGroups } from "./newGroups";

/** Says how many groups from dropped folders are still hidden, with buttons that publish all these groups or keep them hidden. */
export function NewGroupsNotice({ groups }: { groups: Group[] }) {
  const made = useStore(newGroups);
  const now = useStore(publishing);
  const hidden = groups.filter(({ id, isPublished }) => !isPublished && made.includes(id));
  const toList = () => keepFocus(() => document.querySelector<HTMLElement>("#content [role=grid]"));
  return (
    <div role="status">
      {(hidden.length > 0 || now !== null) && (
        <div className={styles.new}>
          <EyeOff size={16} aria-hidden />
          <span>
            {now === null ? mineText.desk.newHidden(hidden.length) : mineText.desk.publishing(now.done, now.of)}
          </span>
          <span className={styles.newActions}>
            <Button
              look="quiet"
              inactive={now !== null}
              onClick={() => {
                toList();
                settleNewGroups(hidden.map(({ id }) => id));
              }}
            >
              {mineText.desk.keepHidden}
            </Button>
            <Button
              inactive={now !== null}
              onClick={() => {
                toList();
                void publishGroups(hidden);
              }}
            >
              {mineText.desk.publishAll(hidden.length)}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}
