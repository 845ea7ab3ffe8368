import { useInfiniteQuery } from "@tanstack/react-query";
import { Images, Plus, SearchX } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import {
  DropIndicator,
  GridList,
  GridListItem,
  type Key,
  ListLayout,
  useDragAndDrop,
  Virtualizer,
} from "react-aria-components";
import { useNavigate, useSearchParams } from "react-router";
import type { Group } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { useStore } from "../../api/useStore";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { PageHead } from "../../design/PageHead";
import { ShareDialog } from "../../links/ShareDialog";
import { beside, inOrder, type Place } from "../../order/places";
import { Failure } from "../../shell/Failure";
import { keepFocus } from "../../shell/keepFocus";
import { PageTitle } from "../../shell/PageTitle";
import { Waiting } from "../../shell/Waiting";
import { text } from "../../text";
import { locale } from "../../text/locale";
import { mineText } from "../../text/mine";
import { DropZone } from "../../uploads/adding/DropZone";
import type { DroppedFile } from "../../uploads/adding/files";
import { PickFiles } from "../../uploads/adding/PickFiles";
import { orderGroups } from "../changes";
import { AddToGroupDialog } from "../dialogs/AddToGroupDialog";
import { MoveDialog } from "../dialogs/MoveDialog";
import { MoveGroupDialog } from "../dialogs/MoveGroupDialog";
import { NewGroupDialog } from "../dialogs/NewGroupDialog";
import { ResumeFoldersDialog } from "../dialogs/ResumeFoldersDialog";
import { deskGroups } from "../queries";
import { SearchBox } from "../SearchBox";
import styles from "./GroupListDesk.module.css";
import { GroupListHeads } from "./GroupListHeads";
import { GroupRow } from "./GroupRow";
import { sorted } from "./groupSort";
import { NewGroupsNotice } from "./NewGroupsNotice";
import { SelectionBar } from "./SelectionBar";
import { storedSort } from "./storedSort";
import { titlesOf, useFolderUploads } from "./useFolderUploads";

/** `/admin`: the groups of the first level in the order that visitors see, or the groups of all levels that match a search. */
export function GroupListDesk() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const term = search.get("q") ?? "";
  const query = useInfiniteQuery(deskGroups(term, term ? "" : "root"));
  const { data, error, refetch, isPlaceholderData, hasNextPage, isFetchNextPageError, fetchNextPage } = query;
  const lacks = hasNextPage && !query.isFetchingNextPage && !isFetchNextPageError;
  const all = useMemo(() => itemsOf(data), [data]);
  const sort = useStore(storedSort);
  const groups = useMemo(() => sorted(all, sort, locale), [all, sort]);
  /** Whether rows have positions. A search result and a list sorted by a column have none. */
  const hasPlaces = term === "" && sort.key === "order";
  const [isCreating, setCreating] = useState(false);
  const [renamed, setRenamed] = useState<string>();
  const [placed, setPlaced] = useState<string[]>();
  const { addFolders, join, asked } = useFolderUploads(all);
  const [dropped, setDropped] = useState<{ files: DroppedFile[]; group: Group }>();
  const [chosen, setChosen] = useState<ReadonlySet<Key>>(new Set());
  const selected = groups.filter(({ id }) => chosen.has(id));
  const deselect = () => {
    setChosen(new Set());
    keepFocus(() => document.querySelector<HTMLElement>("#content [role=grid]"));
  };
  const [shared, setShared] = useState<Group>();
  const [moved, setMoved] = useState<Group>();

  // All pages are loaded, because positions refer to the whole list.
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

  /** Finds the row that contains an element. Files dropped there can be added to the row's group or form new groups. */
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
      {term === "" && <NewGroupsNotice groups={groups} />}
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
          <GroupListHeads sort={sort} />
          <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 72, padding: 1 }}>
            <GridList
              // A list cannot gain or lose drag and drop while it is mounted.
              key={hasPlaces ? "all" : "found"}
              aria-label={mineText.desk.groups}
              items={groups}
              dependencies={[renamed, groups, term]}
              selectionMode="multiple"
              selectedKeys={chosen}
              // Groups that are added or found later are not selected.
              onSelectionChange={(next) => setChosen(next === "all" ? new Set(groups.map(({ id }) => id)) : next)}
              keyboardNavigationBehavior="tab"
              disallowTypeAhead
              dragAndDropHooks={hasPlaces ? dragAndDropHooks : undefined}
              className={styles.list}
            >
              {(group) => (
                <GridListItem id={group.id} textValue={group.title} className={styles.row}>
                  <GroupRow
                    group={group}
                    groups={groups}
                    isWholeList={hasPlaces}
                    isRenamed={renamed === group.id}
                    onRename={setRenamed}
                    onPlace={(group) => setPlaced([group.id])}
                    onShare={setShared}
                    onMoveAway={setMoved}
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
      {asked && <ResumeFoldersDialog titles={asked.groups.map(({ title }) => title)} onAnswer={asked.resolve} />}
      {dropped && (
        <AddToGroupDialog
          group={dropped.group}
          files={dropped.files.length}
          titles={[...titlesOf(dropped.files.map(({ folder }) => folder)).values()]}
          onJoin={() => join(dropped.files, dropped.group)}
          onMake={() => void addFolders(dropped.files)}
          onClose={() => setDropped(undefined)}
        />
      )}
      {selected.length > 0 && (
        <SelectionBar
          groups={selected}
          onMove={hasPlaces ? () => setPlaced(selected.map(({ id }) => id)) : undefined}
          onDone={deselect}
        />
      )}
      {moved && <MoveGroupDialog group={moved} onClose={() => setMoved(undefined)} />}
      {shared && <ShareDialog group={shared} onClose={() => setShared(undefined)} />}
    </>
  );
}
