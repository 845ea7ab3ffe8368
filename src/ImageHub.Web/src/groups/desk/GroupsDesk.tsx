import { useInfiniteQuery } from "@tanstack/react-query";
import {
  ArrowDown,
  ArrowUp,
  ArrowUpDown,
  EyeOff,
  FolderOpen,
  GripVertical,
  Images,
  Pencil,
  Plus,
  SearchX,
} from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import {
  Button as AriaButton,
  Checkbox,
  DropIndicator,
  GridList,
  GridListItem,
  ListLayout,
  type Selection,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Group } from "../../api/client";
import { limits } from "../../api/limits";
import { itemsOf } from "../../api/pages";
import { useStore } from "../../api/store";
import { Button, buttonClass } from "../../design/Button";
import { CheckMark, checkClass } from "../../design/fields/CheckMark";
import { EditInPlace } from "../../design/fields/EditInPlace";
import { Notice } from "../../design/Notice";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { PageHead } from "../../design/PageHead";
import { Photo } from "../../images/Photo";
import { ShareDialog } from "../../links/ShareDialog";
import { atPosition, beside, inOrder, type Place } from "../../order/places";
import { Failure } from "../../shell/Failure";
import { keepFocus } from "../../shell/keepFocus";
import { PageTitle } from "../../shell/PageTitle";
import { useMedia } from "../../shell/useMedia";
import { Waiting } from "../../shell/Waiting";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { bytes, date } from "../../text/format";
import { locale } from "../../text/locale";
import { mineText } from "../../text/mine";
import { DropZone } from "../../uploads/adding/DropZone";
import type { DroppedFile } from "../../uploads/adding/files";
import { PickFiles } from "../../uploads/adding/PickFiles";
import { useUploads } from "../../uploads/adding/UploadsProvider";
import { takeBack } from "../../uploads/panel/takeBack";
import { createGroup, orderGroups, publishGroups, publishing, updateGroup } from "../changes";
import { GoOnDialog } from "../dialogs/GoOnDialog";
import { JoinDialog } from "../dialogs/JoinDialog";
import { MoveDialog } from "../dialogs/MoveDialog";
import { NewGroupDialog } from "../dialogs/NewGroupDialog";
import { deskGroups } from "../queries";
import { SearchBox } from "../SearchBox";
import { folderTitles } from "./folderTitles";
import { GroupMenu } from "./GroupMenu";
import { GroupsBar } from "./GroupsBar";
import styles from "./GroupsDesk.module.css";
import { groupsSort } from "./groupsSort";
import { maxNewGroups, newGroups, settleNewGroups } from "./newGroups";
import { pressed, type Sort, sorted, sortKeys } from "./sortGroups";

/** `/admin`: every group, in the order in which visitors see them. */
export function GroupsDesk() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const term = search.get("q") ?? "";
  const query = useInfiniteQuery(deskGroups(term));
  const { data, error, refetch, isPlaceholderData, hasNextPage, isFetchNextPageError, fetchNextPage } = query;
  const lacks = hasNextPage && !query.isFetchingNextPage && !isFetchNextPageError;
  const all = useMemo(() => itemsOf(data), [data]);
  const sort = useStore(groupsSort);
  const groups = useMemo(() => sorted(all, sort, locale), [all, sort]);
  /** Places are those of the whole list, of which a search shows a part, and another order none. */
  const hasPlaces = term === "" && sort.key === "order";
  const [isCreating, setCreating] = useState(false);
  const [renamed, setRenamed] = useState<string>();
  const [placed, setPlaced] = useState<string[]>();
  const [asked, setAsked] = useState<{ groups: Group[]; resolve: (goesOn: boolean | null) => void }>();
  const [dropped, setDropped] = useState<{ files: DroppedFile[]; group: Group }>();
  const [chosen, setChosen] = useState<Selection>(new Set());
  const selected = groups.filter(({ id }) => chosen === "all" || chosen.has(id));
  const deselect = () => {
    setChosen(new Set());
    keepFocus(() => document.querySelector<HTMLElement>("#content [role=grid]"));
  };
  const [shared, setShared] = useState<Group>();

  // Positions are those of the whole list.
  useEffect(() => {
    if (lacks) void fetchNextPage();
  }, [lacks, fetchNextPage]);

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
  /** Each folder becomes a group, hidden until it is published; files that came alone become one of the day. */
  async function addFolders(files: DroppedFile[]) {
    const folders = Map.groupBy(files, ({ folder }) => folder);
    const titles = titlesOf(folders.keys());
    const made = new Map<string, Group>();
    // An earlier drop of the same folders may have been broken off.
    const begun = new Map(
      [...titles].flatMap(([folder, title]) => {
        const group =
          folder !== "" &&
          all.find(
            ({ id, title: other, isPublished }) => other === title && !isPublished && newGroups.get().includes(id),
          );
        return group ? [[folder, group] as const] : [];
      }),
    );
    if (begun.size > 0) {
      const goesOn = await new Promise<boolean | null>((resolve) => setAsked({ groups: [...begun.values()], resolve }));
      setAsked(undefined);
      if (goesOn === null) return;
      if (goesOn) for (const [folder, group] of begun) made.set(folder, group);
    }
    // Each new group stands in front of the others: the last folder's is made first.
    for (const folder of [...folders.keys()].filter((folder) => !made.has(folder)).reverse()) {
      const title = titles.get(folder) ?? "";
      try {
        const group = await createGroup({ title, isPublished: false });
        newGroups.set([...newGroups.get(), group.id].slice(-maxNewGroups));
        made.set(folder, group);
      } catch (failure) {
        tellFailure(mineText.desk.notCreated(title), failure);
      }
    }
    for (const [folder, contents] of folders) {
      const group = made.get(folder);
      if (group) add(contents, targetOf(group));
    }
  }

  /** The row around an element takes files for its group. */
  function rowAt(element: Element) {
    const row = element.closest("#content [role=row][data-key]");
    const group = row && groups.find(({ id }) => id === row.getAttribute("data-key"));
    if (!row || !group) return null;
    return {
      element: row,
      label: mineText.uploads.dropOver(group.title),
      onFiles: (files: DroppedFile[]) => setDropped({ files, group }),
    };
  }

  /** Adds files to a group; where visitors see them at once, that is said, and can be undone. */
  function join(files: DroppedFile[], group: Group) {
    const adding = add(files, targetOf(group));
    if (group.isPublished)
      tell(
        mineText.desk.filesJoin(files.length, group.title),
        () => void adding.then((drop) => takeBack(group.id, drop)),
      );
  }

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <PageTitle>{mineText.desk.groups}</PageTitle>
      <DropZone onFiles={addFolders} label={mineText.desk.dropFolders} placeAt={rowAt} />
      <PageHead title={mineText.desk.groups}>
        <SearchBox term={term} />
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus size={16} aria-hidden />
          {mineText.desk.newGroup}
        </Button>
      </PageHead>
      {term === "" && <NewGroups groups={groups} />}
      <p role="status" className={term ? styles.found : "visuallyHidden"}>
        {term && !isPlaceholderData && !hasNextPage && mineText.desk.groupsFound(groups.length, term)}
      </p>
      {groups.length === 0 && term ? (
        <Notice icon={<SearchX size={32} strokeWidth={1.5} aria-hidden />} title={mineText.desk.noGroupsFound(term)} />
      ) : groups.length === 0 ? (
        <Notice
          icon={<Images size={32} strokeWidth={1.5} aria-hidden />}
          title={mineText.desk.noGroups}
          actions={<PickFiles onFiles={addFolders} />}
        >
          {mineText.desk.noGroupsText}
        </Notice>
      ) : (
        <>
          <Heads sort={sort} />
          <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 72, padding: 1 }}>
            <GridList
              // With or without dragging, for good.
              key={hasPlaces ? "all" : "found"}
              aria-label={mineText.desk.groups}
              items={groups}
              dependencies={[renamed, groups, term]}
              selectionMode="multiple"
              selectedKeys={chosen}
              onSelectionChange={setChosen}
              keyboardNavigationBehavior="tab"
              disallowTypeAhead
              dragAndDropHooks={hasPlaces ? dragAndDropHooks : undefined}
              className={styles.list}
            >
              {(group) => (
                <GridListItem id={group.id} textValue={group.title} className={styles.row}>
                  <Row
                    group={group}
                    groups={groups}
                    isWholeList={hasPlaces}
                    isRenamed={renamed === group.id}
                    onRename={setRenamed}
                    onPlace={(group) => setPlaced([group.id])}
                    onShare={setShared}
                    onMove={move}
                  />
                </GridListItem>
              )}
            </GridList>
          </Virtualizer>
          {isFetchNextPageError && (
            <p role="alert" className={styles.more}>
              {mineText.desk.moreGroupsFailed} <Button onClick={() => fetchNextPage()}>{text.common.tryAgain}</Button>
            </p>
          )}
        </>
      )}
      {isCreating && (
        <NewGroupDialog onClose={() => setCreating(false)} onCreated={(id) => navigate(`/admin/groups/${id}`)} />
      )}
      {placed && (
        <MoveDialog
          items={groups.map(({ id, title }) => ({ id, name: title }))}
          ids={placed}
          onMove={(place) => {
            deselect();
            move(place);
          }}
          onClose={() => setPlaced(undefined)}
        />
      )}
      {asked && <GoOnDialog titles={asked.groups.map(({ title }) => title)} onAnswer={asked.resolve} />}
      {dropped && (
        <JoinDialog
          group={dropped.group}
          files={dropped.files.length}
          titles={[...titlesOf(dropped.files.map(({ folder }) => folder)).values()]}
          onJoin={() => join(dropped.files, dropped.group)}
          onMake={() => void addFolders(dropped.files)}
          onClose={() => setDropped(undefined)}
        />
      )}
      {selected.length > 0 && (
        <GroupsBar
          groups={selected}
          onMove={hasPlaces ? () => setPlaced(selected.map(({ id }) => id)) : undefined}
          onDone={deselect}
        />
      )}
      {shared && <ShareDialog group={shared} onClose={() => setShared(undefined)} />}
    </>
  );
}

const targetOf = ({ id, title, isPublished }: Group) => ({ groupId: id, groupTitle: title, isPublic: isPublished });

/** The title of the group that each folder becomes, by its path; of files that came alone (""), that of the day. */
function titlesOf(folders: Iterable<string>): Map<string, string> {
  const paths = [...new Set(folders)];
  const named = folderTitles(paths.filter((folder) => folder !== ""));
  const ofDay = mineText.desk.groupOfDay(date(new Date().toISOString()));
  // The folder's own name is at the end.
  return new Map(paths.map((path) => [path, [...(named.get(path) ?? ofDay)].slice(-limits.groupTitle).join("")]));
}

/** The groups of a drop that nobody sees yet, and the one button that publishes them. */
function NewGroups({ groups }: { groups: Group[] }) {
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

/** Where the rows have columns, as in the style sheet. */
const hasColumns = "(min-width: 62.5em)";

/**
 * What the list can be sorted by: heads above its columns, or a line where it has none. The heads are a table of their own, since a row of
 * the list below has one cell for all that it says.
 */
function Heads({ sort }: { sort: Sort }) {
  const words = deskText.groupList;
  const inColumns = useMedia(hasColumns);
  const buttons = sortKeys.map((key) => (
    <SortButton key={key} by={key} sort={sort} className={inColumns ? styles.head : ""} isToggle={!inColumns} />
  ));
  if (!inColumns)
    return (
      <div className={styles.sort} role="toolbar" aria-label={words.sort}>
        {buttons}
      </div>
    );
  return (
    <table aria-label={words.sort} className={styles.table}>
      <thead>
        <tr className={styles.heads}>
          {sortKeys.map((key, at) => (
            <th
              key={key}
              scope="col"
              aria-sort={sort.key !== key ? "none" : sort.descending ? "descending" : "ascending"}
              className={styles[key]}
            >
              {buttons[at]}
            </th>
          ))}
        </tr>
      </thead>
    </table>
  );
}

/** A press sorts by it, and another one turns that round. */
function SortButton({
  by,
  sort,
  className = "",
  isToggle,
}: {
  by: Sort["key"];
  sort: Sort;
  className?: string;
  /** Whether the button itself says that it is the one in force. */
  isToggle: boolean;
}) {
  const words = deskText.groupList;
  const isOn = sort.key === by;
  const name = words.keys[by];
  return (
    <Button
      look="quiet"
      className={isOn ? `${className} ${styles.sorted}` : className}
      aria-pressed={isToggle ? isOn : undefined}
      aria-label={!isOn || by === "order" ? name : sort.descending ? words.descending(name) : words.ascending(name)}
      onClick={() => groupsSort.set(pressed(sort, by))}
    >
      {name}
      {isOn &&
        by !== "order" &&
        (sort.descending ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
    </Button>
  );
}

/** Something of a group, in words; where a column's head says what it is, only a few of them are seen. */
const Fact = ({ column, short, children }: { column: Sort["key"]; short: ReactNode; children: string }) => (
  <span className={styles[column]}>
    <span className={styles.words}>{children}</span>
    <span className={styles.short} aria-hidden>
      {short}
    </span>
  </span>
);

function Row({
  group,
  groups,
  isWholeList,
  isRenamed,
  onRename,
  onPlace,
  onShare,
  onMove,
}: {
  group: Group;
  groups: Group[];
  /** Whether it has a place among them that can be changed. */
  isWholeList: boolean;
  isRenamed: boolean;
  onRename: (id: string | undefined) => void;
  onPlace: (group: Group) => void;
  onShare: (group: Group) => void;
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
          <Link to={`/admin/groups/${group.id}`}>{group.title}</Link>
        )}
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
