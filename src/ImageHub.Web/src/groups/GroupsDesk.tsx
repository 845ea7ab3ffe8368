import { useInfiniteQuery } from "@tanstack/react-query";
import {
  ArrowDown,
  ArrowUp,
  ArrowUpDown,
  ExternalLink,
  Eye,
  EyeOff,
  GripVertical,
  Images,
  MoreHorizontal,
  Pencil,
  Plus,
  Trash2,
} from "lucide-react";
import { useEffect, useState } from "react";
import {
  Button as AriaButton,
  DropIndicator,
  GridList,
  GridListItem,
  ListLayout,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { Link, useNavigate } from "react-router";
import type { Group } from "../api/client";
import { itemsOf } from "../api/pages";
import { Button, buttonClass } from "../design/Button";
import { EditInPlace } from "../design/EditInPlace";
import { Menu } from "../design/Menu";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { tellFailure } from "../design/toasts";
import { Photo } from "../images/Photo";
import { Failure } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import { date } from "../text/format";
import { DropZone } from "../uploads/DropZone";
import type { DroppedFile } from "../uploads/files";
import { useUploads } from "../uploads/UploadsProvider";
import { createGroup, deleteGroup, orderGroups, updateGroup } from "./changes";
import styles from "./GroupsDesk.module.css";
import { MoveDialog } from "./MoveDialog";
import { NewGroupDialog } from "./NewGroupDialog";
import { atPosition, beside, inOrder, type Place } from "./places";
import { deskGroups } from "./queries";

/** `/admin`: every group, in the order in which visitors see them. */
export function GroupsDesk() {
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(deskGroups);
  const groups = itemsOf(data);
  const [isCreating, setCreating] = useState(false);
  const [renamed, setRenamed] = useState<string>();
  const [placed, setPlaced] = useState<Group>();

  // Positions are those of the whole list.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const move = (place: Place) => void orderGroups(groups, place);
  const { dragAndDropHooks } = useDragAndDrop<Group>({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target: { key, dropPosition } }) =>
      move(
        beside(
          groups,
          inOrder(groups, [...keys].map(String)),
          String(key),
          dropPosition === "before" ? "before" : "after",
        ),
      ),
    renderDropIndicator: (target) => <DropIndicator target={target} className={styles.drop} />,
  });

  const { add } = useUploads();
  /** Each folder becomes a group of its name; files that came alone become one of the day. */
  async function addFolders(files: DroppedFile[]) {
    const folders = Map.groupBy(
      files,
      ({ folder }) => folder.split("/").at(-1) || text.desk.groupOfDay(date(new Date().toISOString())),
    );
    for (const [title, contents] of folders) {
      try {
        const group = await createGroup({ title: title.slice(0, 200), isPublished: true });
        add(contents, { groupId: group.id, groupTitle: group.title });
      } catch (failure) {
        tellFailure(text.desk.notCreated(title), failure);
      }
    }
  }

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <title>{text.app.pageTitle(text.desk.groups)}</title>
      <DropZone onFiles={addFolders} label={text.desk.dropFolders} />
      <PageHead title={text.desk.groups}>
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus size={16} aria-hidden />
          {text.desk.newGroup}
        </Button>
      </PageHead>
      {groups.length === 0 ? (
        <Notice icon={<Images size={32} strokeWidth={1.5} aria-hidden />} title={text.desk.noGroups}>
          {text.desk.noGroupsText}
        </Notice>
      ) : (
        <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: 72, padding: 1 }}>
          <GridList
            aria-label={text.desk.groups}
            items={groups}
            dependencies={[renamed, groups]}
            selectionMode="none"
            keyboardNavigationBehavior="tab"
            disallowTypeAhead
            dragAndDropHooks={dragAndDropHooks}
            className={styles.list}
          >
            {(group) => (
              <GridListItem id={group.id} textValue={group.title} className={styles.row}>
                <Row
                  group={group}
                  groups={groups}
                  isRenamed={renamed === group.id}
                  onRename={setRenamed}
                  onPlace={setPlaced}
                  onMove={move}
                />
              </GridListItem>
            )}
          </GridList>
        </Virtualizer>
      )}
      {isCreating && (
        <NewGroupDialog onClose={() => setCreating(false)} onCreated={(id) => navigate(`/admin/groups/${id}`)} />
      )}
      {placed && (
        <MoveDialog
          items={groups.map(({ id, title }) => ({ id, name: title }))}
          ids={[placed.id]}
          onMove={move}
          onClose={() => setPlaced(undefined)}
        />
      )}
    </>
  );
}

function Row({
  group,
  groups,
  isRenamed,
  onRename,
  onPlace,
  onMove,
}: {
  group: Group;
  groups: Group[];
  isRenamed: boolean;
  onRename: (id: string | undefined) => void;
  onPlace: (group: Group) => void;
  onMove: (place: Place) => void;
}) {
  const navigate = useNavigate();
  const position = groups.indexOf(group) + 1;
  const moveTo = (to: number) => onMove(atPosition(groups, [group.id], to));
  return (
    <>
      <AriaButton slot="drag" aria-label={text.desk.drag(group.title)} className={buttonClass("quiet", styles.grip)}>
        <GripVertical size={16} aria-hidden />
      </AriaButton>
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
            label={text.desk.title}
            maxLength={200}
            onClose={() => {
              onRename(undefined);
              keepFocus(() => document.querySelector<HTMLElement>(`main a[href="/admin/groups/${group.id}"]`));
            }}
            onSave={(title) => void updateGroup(group, { title })}
          />
        ) : (
          <Link to={`/admin/groups/${group.id}`}>{group.title}</Link>
        )}
        <span className={styles.facts}>
          {text.common.photos(group.imageCount)}
          {!group.isPublished && (
            <span className={styles.hidden}>
              <EyeOff size={13} aria-hidden /> {text.gallery.unpublished}
            </span>
          )}
        </span>
      </div>
      <Menu
        name={text.desk.actionsFor(group.title)}
        actions={[
          {
            id: "open",
            name: text.desk.open,
            icon: <Images size={16} aria-hidden />,
            onAction: () => navigate(`/admin/groups/${group.id}`),
          },
          {
            id: "view",
            name: text.desk.viewAsVisitor,
            icon: <ExternalLink size={16} aria-hidden />,
            onAction: () => navigate(`/groups/${group.id}`),
          },
          {
            id: "rename",
            name: text.desk.rename,
            icon: <Pencil size={16} aria-hidden />,
            onAction: () => onRename(group.id),
          },
          {
            id: "publish",
            name: group.isPublished ? text.desk.hide : text.desk.publish,
            icon: group.isPublished ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />,
            onAction: () => void updateGroup(group, { isPublished: !group.isPublished }),
          },
          {
            id: "up",
            name: text.desk.moveUp,
            icon: <ArrowUp size={16} aria-hidden />,
            isDisabled: position === 1,
            onAction: () => moveTo(position - 1),
          },
          {
            id: "down",
            name: text.desk.moveDown,
            icon: <ArrowDown size={16} aria-hidden />,
            isDisabled: position === groups.length,
            onAction: () => moveTo(position + 1),
          },
          {
            id: "place",
            name: text.desk.moveTo,
            icon: <ArrowUpDown size={16} aria-hidden />,
            onAction: () => onPlace(group),
          },
          {
            id: "delete",
            name: text.desk.delete,
            icon: <Trash2 size={16} aria-hidden />,
            isDangerous: true,
            onAction: () => void deleteGroup(group),
          },
        ]}
      >
        <MoreHorizontal size={18} aria-hidden />
      </Menu>
    </>
  );
}
