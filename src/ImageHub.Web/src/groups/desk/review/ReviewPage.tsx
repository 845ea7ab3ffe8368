import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Check, Inbox, Trash2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useParams } from "react-router";
import { api, type Group, type Photograph, photographs } from "../../../api/client";
import { keys } from "../../../api/keys";
import { itemsOf } from "../../../api/pages";
import { isMissing } from "../../../api/problem";
import { BackLink } from "../../../design/BackLink";
import { Button } from "../../../design/Button";
import { SelectField } from "../../../design/fields/Field";
import { Notice } from "../../../design/Notice";
import { PageHead } from "../../../design/PageHead";
import { deleteImages } from "../../../images/editing/changes";
import { EditImageDialog } from "../../../images/editing/EditImageDialog";
import { type GridHandle, ImagesGrid } from "../../../images/editing/ImagesGrid";
import { KeysDialog } from "../../../images/editing/KeysDialog";
import { QuickView } from "../../../images/editing/QuickView";
import { rateImages } from "../../../images/editing/rating";
import { rotateImages } from "../../../images/editing/rotation";
import { useSelection } from "../../../images/editing/useSelection";
import { useFilteredPages } from "../../../images/useFilteredPages";
import { Failure } from "../../../shell/Failure";
import { keyOf } from "../../../shell/keyboard";
import { PageTitle } from "../../../shell/PageTitle";
import { Waiting } from "../../../shell/Waiting";
import { deskText } from "../../../text/desk";
import { groupById } from "../../queries";
import { approveImages } from "./changes";
import styles from "./Review.module.css";

const senderOf = ({ sentBy }: Partial<Pick<Photograph, "sentBy">>) => sentBy?.name;

/** The photos from a group's guests that await approval, oldest first. */
const pendingImages = (id: string) => ({
  queryKey: keys.pendingImages(id),
  queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
    photographs(
      api.GET("/api/v1/groups/{id}/images", {
        params: { path: { id }, query: { pending: true, cursor: pageParam, pageSize: 100 } },
        signal,
      }),
    ),
  initialPageParam: "",
  getNextPageParam: (last: { nextCursor?: string | null }) => last.nextCursor || undefined,
});

/** `/admin/groups/:groupId/review`: the photos that guests have sent, to approve or delete. */
export function ReviewPage() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  if (group === undefined || isMissing(error))
    return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{deskText.review.title}</PageTitle>
      <BackLink to={`/admin/groups/${groupId}`}>{group.title}</BackLink>
      <PageHead title={deskText.review.title} />
      <Contents key={groupId} group={group} />
    </>
  );
}

function Contents({ group }: { group: Group }) {
  const words = deskText.review;
  const all = useInfiniteQuery({ ...pendingImages(group.id), refetchOnWindowFocus: false });
  const [guestId, setGuestId] = useState("");
  const [isViewing, setViewing] = useState(false);
  const [dialog, setDialog] = useState<"edit" | "keys">();
  const grid = useRef<GridHandle>(null);

  // The list of guests needs every photo.
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = all;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  const guests = useMemo(() => {
    const found = new Map<string, { name: string; ids: Set<string> }>();
    for (const { id, sentBy } of itemsOf<Photograph>(all.data)) {
      if (!sentBy) continue;
      const guest = found.get(sentBy.guestId) ?? { name: sentBy.name, ids: new Set<string>() };
      found.set(sentBy.guestId, guest);
      guest.ids.add(id);
    }
    return found;
  }, [all.data]);
  const query = useFilteredPages(all, guests.get(guestId)?.ids);
  const { images, selected, setSelected, ids, only, deselect } = useSelection<Photograph>(query);
  // The last photo of a guest may just have been approved.
  useEffect(() => {
    if (guestId !== "" && !guests.has(guestId)) setGuestId("");
  }, [guests, guestId]);
  useEffect(() => {
    if (only === undefined) setViewing(false);
  }, [only]);

  const affected = ids.length > 0 ? ids : images.map(({ id }) => id);
  const approve = (approved = affected) => act(approved, approveImages);
  const remove = (removed = affected) => act(removed, deleteImages);
  function act(acted: string[], action: (groupId: string, ids: string[]) => Promise<void>) {
    if (acted.length === 0) return;
    deselect();
    void action(group.id, acted);
  }

  function press(event: KeyboardEvent) {
    if (keyOf(event.nativeEvent) !== "a" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ids.length === 0) return;
    event.preventDefault();
    approve();
  }

  if (all.data === undefined) return all.error ? <Failure error={all.error} again={all.refetch} /> : <Waiting />;
  if (images.length === 0)
    return (
      <Notice icon={<Inbox size={32} strokeWidth={1.5} aria-hidden />} title={words.nothing}>
        {words.nothingText}
      </Notice>
    );
  const close = () => setDialog(undefined);
  return (
    <>
      <div className={styles.tools}>
        <SelectField
          label={words.guests}
          value={guestId}
          onChange={({ currentTarget }) => {
            setSelected(new Set());
            setGuestId(currentTarget.value);
          }}
        >
          <option value="">{words.of(words.all, itemsOf(all.data).length)}</option>
          {[...guests].map(([id, { name, ids: sent }]) => (
            <option key={id} value={id}>
              {words.of(name, sent.size)}
            </option>
          ))}
        </SelectField>
        <span role="status" className={styles.hint}>
          {ids.length > 0 ? words.selected(ids.length) : words.hint}
        </span>
        <span className={styles.actions}>
          <Button look="primary" aria-keyshortcuts="A" onClick={() => approve()}>
            <Check size={16} aria-hidden />
            {words.approve(affected.length)}
          </Button>
          <Button look="danger" onClick={() => remove()}>
            <Trash2 size={16} aria-hidden />
            {words.delete(affected.length)}
          </Button>
        </span>
      </div>
      <ImagesGrid
        images={images}
        badgeOf={guestId === "" ? senderOf : undefined}
        selected={selected}
        onSelect={setSelected}
        onOpen={(id) => {
          setSelected(new Set([id]));
          setViewing(true);
        }}
        onDelete={() => ids.length > 0 && remove()}
        onKey={press}
        pages={query}
        ref={grid}
      />
      {isViewing && only && (
        <QuickView
          image={only}
          images={images}
          total={images.length}
          pages={query}
          onView={(id) => setSelected(new Set([id]))}
          onRate={(rating) => void rateImages(group.id, [only], rating)}
          onRotate={(turn) => void rotateImages(group.id, [only], turn)}
          onEdit={() => setDialog("edit")}
          onKeys={() => setDialog("keys")}
          onClose={() => {
            setViewing(false);
            grid.current?.focus(only.id);
          }}
        >
          {dialog === "keys" ? (
            <KeysDialog onClose={close} />
          ) : (
            dialog === "edit" && <EditImageDialog groupId={group.id} image={only} onClose={close} />
          )}
        </QuickView>
      )}
    </>
  );
}
