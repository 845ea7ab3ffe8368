import { ArrowDown, ArrowUp, ArrowUpDown, EyeOff, FolderOpen, GripVertical, Images, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, Checkbox } from "react-aria-components";
import { Link, useNavigate } from "react-router";
import type { Group } from "../../api/client";
import { limits } from "../../api/limits";
import { buttonClass } from "../../design/Button";
import { CheckMark, checkClass } from "../../design/fields/CheckMark";
import { EditInPlace } from "../../design/fields/EditInPlace";
import { Photo } from "../../images/Photo";
import { atPosition, type Place } from "../../order/places";
import { keepFocus } from "../../shell/keepFocus";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { bytes, date } from "../../text/format";
import { mineText } from "../../text/mine";
import { updateGroup } from "../changes";
import styles from "./GroupListDesk.module.css";
import { GroupMenu } from "./GroupMenu";
import type { Sort } from "./groupSort";

/** A fact about a group in words. `short` replaces the words if a column header names the fact. */
const Fact = ({ column, short, children }: { column: Sort["key"]; short: ReactNode; children: string }) => (
  <span className={styles[column]}>
    <span className={styles.words}>{children}</span>
    <span className={styles.short} aria-hidden>
      {short}
    </span>
  </span>
);

/** A row of the groups list: the group, its facts and its actions. */
export function GroupRow({
  group,
  groups,
  isWholeList,
  isRenamed,
  onRename,
  onPlace,
  onShare,
  onMoveAway,
  onMove,
}: {
  group: Group;
  groups: Group[];
  /** Whether the list is complete and in the visitors' order, so that the group can be moved. */
  isWholeList: boolean;
  isRenamed: boolean;
  onRename: (id: string | undefined) => void;
  onPlace: (group: Group) => void;
  onShare: (group: Group) => void;
  onMoveAway: (group: Group) => void;
  onMove: (place: Place) => void;
}) {
  const navigate = useNavigate();
  const position = groups.indexOf(group) + 1;
  const moveTo = (to: number) => onMove(atPosition(groups, [group.id], to));
  return (
    <>
      {isWholeList && (
        <AriaButton
          slot="drag"
          aria-label={mineText.desk.drag(group.title)}
          className={buttonClass("quiet", styles.grip)}
        >
          <GripVertical size={16} aria-hidden />
        </AriaButton>
      )}
      <Checkbox slot="selection" className={checkClass} aria-label={mineText.desk.select(group.title)}>
        <CheckMark />
      </Checkbox>
      <Link to={`/admin/groups/${group.id}`} className={styles.cover} tabIndex={-1} aria-hidden>
        {group.cover ? (
          <Photo image={group.cover} alt="" sizes="84px" style={{ height: "100%" }} />
        ) : (
          <Images size={20} aria-hidden />
        )}
      </Link>
      <div className={styles.name}>
        {isRenamed ? (
          <EditInPlace
            isOpen
            isRequired
            value={group.title}
            label={mineText.desk.title}
            maxLength={limits.groupTitle}
            onClose={() => {
              onRename(undefined);
              keepFocus(() => document.querySelector<HTMLElement>(`main a[href="/admin/groups/${group.id}"]`));
            }}
            onSave={(title) => void updateGroup(group, { title })}
          />
        ) : (
          <>
            <Link to={`/admin/groups/${group.id}`}>{group.title}</Link>
            {(group.path.length > 0 || group.groupCount > 0) && (
              <span className={styles.path}>
                {group.path.length > 0
                  ? group.path.map(({ title }) => title).join(" / ")
                  : mineText.desk.groupsInside(group.groupCount)}
              </span>
            )}
          </>
        )}
        {group.pendingCount ? (
          <Link to={`/admin/groups/${group.id}/review`} className={styles.pending}>
            {deskText.review.badge(group.pendingCount)}
          </Link>
        ) : null}
      </div>
      <div className={styles.facts}>
        <Fact column="imageCount" short={text.common.count(group.imageCount)}>
          {text.common.photos(group.imageCount)}
        </Fact>
        <span className={styles.bytes}>{bytes(group.bytes ?? 0)}</span>
        <Fact column="updatedAt" short={date(group.updatedAt)}>
          {deskText.groupList.changed(date(group.updatedAt))}
        </Fact>
        {group.isPublished ? (
          <Fact column="isPublished" short={null}>
            {mineText.desk.published}
          </Fact>
        ) : (
          <span className={`${styles.isPublished} ${styles.hidden}`}>
            <EyeOff size={13} aria-hidden /> {text.gallery.unpublished}
          </span>
        )}
        <Fact column="links" short={group.links ? text.common.count(group.links) : null}>
          {group.links ? deskText.groupList.links(group.links) : deskText.groupList.noLinks}
        </Fact>
      </div>
      <GroupMenu
        group={group}
        onShare={() => onShare(group)}
        onMoveAway={() => onMoveAway(group)}
        first={[
          {
            id: "open",
            name: mineText.desk.open,
            icon: <FolderOpen size={16} aria-hidden />,
            onAction: () => navigate(`/admin/groups/${group.id}`),
          },
          {
            id: "rename",
            name: mineText.desk.rename,
            icon: <Pencil size={16} aria-hidden />,
            onAction: () => onRename(group.id),
          },
        ]}
        others={
          isWholeList
            ? [
                {
                  id: "up",
                  name: mineText.desk.moveUp,
                  icon: <ArrowUp size={16} aria-hidden />,
                  isDisabled: position === 1,
                  onAction: () => moveTo(position - 1),
                },
                {
                  id: "down",
                  name: mineText.desk.moveDown,
                  icon: <ArrowDown size={16} aria-hidden />,
                  isDisabled: position === groups.length,
                  onAction: () => moveTo(position + 1),
                },
                {
                  id: "place",
                  name: mineText.desk.moveTo,
                  icon: <ArrowUpDown size={16} aria-hidden />,
                  onAction: () => onPlace(group),
                },
              ]
            : []
        }
      />
    </>
  );
}
