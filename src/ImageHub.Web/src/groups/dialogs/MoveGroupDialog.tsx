import type { Group } from "../../api/client";
import { mineText } from "../../text/mine";
import { moveGroup } from "../changes";
import { ChooseGroupDialog } from "./ChooseGroupDialog";

/** Asks for a group's new parent, which may be the first level. */
export const MoveGroupDialog = ({ group, onClose }: { group: Group; onClose: () => void }) => (
  <ChooseGroupDialog
    title={mineText.desk.moveGroupTitle(group.title)}
    except={group.id}
    onChoose={({ id }) => moveGroup(group, id)}
    instead={{ label: mineText.desk.firstLevel, onChoose: () => moveGroup(group, null) }}
    onClose={onClose}
  />
);
