import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ExternalLink, ImagePlus, Maximize2, Pencil, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, Navigate, Outlet, useNavigate, useParams } from "react-router";
import type { Group, Photograph } from "../api/client";
import { BackLink } from "../design/BackLink";
import { buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { groupById, groupImages } from "../groups/queries";
import { EditImageDialog } from "../images/editing/EditImageDialog";
import { ImagesGrid } from "../images/editing/ImagesGrid";
import { useSelection } from "../images/editing/useSelection";
import { useLastViewed } from "../images/useLastViewed";
import type { ViewerContext } from "../images/viewer/viewerContext";
import { useRest } from "../paging/useRest";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import { mineText } from "../text/mine";
import { ImageTools } from "../uploads/adding/ImageTools";
import { deleteAddedImages } from "./changes";
import { DeleteImagesDialog } from "./DeleteImagesDialog";
import styles from "./SharedGroups.module.css";

/** `/account/groups/:groupId`: a group to which the signed-in user adds photos. Other members see the group's page. */
export function SharedGroupPage() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  if (group === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  if (group.role !== "contributor") return <Navigate to={`/groups/${group.slug}`} replace />;
  return (
    <>
      <PageTitle>{group.title}</PageTitle>
      <BackLink to="/account">{text.account.images}</BackLink>
      <PageHead title={group.title}>
        <Link to={`/groups/${group.slug}`} className={buttonClass("quiet")}>
          <ExternalLink size={16} aria-hidden />
          {mineText.shared.view}
        </Link>
      </PageHead>
      <p className={styles.hint}>{mineText.shared.hint}</p>
      <Contents key={groupId} group={group} />
    </>
  );
}

function Contents({ group }: { group: Group }) {
  const list = groupImages(group.id);
  const query = useInfiniteQuery({ ...list, refetchOnWindowFocus: false });
  const fetchRest = useRest(query);
  const { imageId } = useParams();
  const navigate = useNavigate();
  const at = `/account/groups/${group.id}`;
  const onView = useLastViewed(imageId !== undefined, (id) =>
    document.querySelector<HTMLElement>(`#content [role=row][data-key="${id}"]`),
  );
  const view = (id: string) => navigate(`${at}/images/${id}`, { state: { opened: true } });
  const { images, selected, setSelected, ids, only, toggleAll, deselect } = useSelection<Photograph>(query);
  const [dialog, setDialog] = useState<"edit" | "delete">();
  const target = useMemo(
    () => ({ groupId: group.id, groupTitle: group.title, isPublic: group.isPublished }),
    [group.id, group.title, group.isPublished],
  );
  const mayEdit = ids.length > 0 && images.every(({ id, mayEdit }) => mayEdit || !selected.has(id));

  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      <ImageTools
        target={target}
        count={text.common.photos(group.imageCount)}
        selected={ids.length}
        onToggleAll={images.length > 0 ? toggleAll : undefined}
        actions={[
          ...(only
            ? [
                {
                  id: "view",
                  name: mineText.view,
                  icon: <Maximize2 size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => view(only.id),
                },
              ]
            : []),
          ...(only?.mayEdit
            ? [
                {
                  id: "edit",
                  name: mineText.desk.edit,
                  icon: <Pencil size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => setDialog("edit"),
                },
              ]
            : []),
          ...(mayEdit
            ? [
                {
                  id: "delete",
                  name: mineText.desk.delete,
                  icon: <Trash2 size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => setDialog("delete"),
                },
              ]
            : []),
        ]}
      />
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {mineText.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={images}
          badgeOf={badgeOf}
          selected={selected}
          onSelect={setSelected}
          onOpen={view}
          onDelete={() => mayEdit && setDialog("delete")}
          pages={query}
        />
      )}
      {dialog === "edit" && only && (
        <EditImageDialog groupId={group.id} image={only} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "delete" && (
        <DeleteImagesDialog
          ids={ids}
          remove={deleteAddedImages(group.id)}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            setDialog(undefined);
            deselect();
          }}
        />
      )}
      <Outlet
        context={
          {
            at,
            title: group.title,
            images: query,
            fetchRest,
            hasDetails: true,
            opensAlone: false,
            isForOthers: false,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}

/** Marks the photos that the user may edit and delete. */
const badgeOf = (image: { mayEdit?: boolean | null }) => (image.mayEdit ? mineText.shared.yours : undefined);
