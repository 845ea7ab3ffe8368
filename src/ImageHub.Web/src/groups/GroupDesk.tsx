import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowLeft, ArrowUpDown, ChartLine, FolderInput, ImagePlus, Pencil, Stamp, Star, Trash2 } from "lucide-react";
import { useState } from "react";
import { Switch } from "react-aria-components";
import { Link, useNavigate, useParams } from "react-router";
import type { Group, Photograph } from "../api/client";
import { limits } from "../api/limits";
import { Button, buttonClass } from "../design/Button";
import { EditInPlace } from "../design/EditInPlace";
import { Notice } from "../design/Notice";
import { deleteImages, moveImages, orderImages } from "../images/changes";
import { EditImageDialog } from "../images/EditImageDialog";
import { ImagesGrid } from "../images/ImagesGrid";
import { useSelection } from "../images/useSelection";
import { LevelText } from "../inventory/LevelText";
import { ShareDialog } from "../links/ShareDialog";
import type { Place } from "../order/places";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { chooseLogo } from "../site/changes";
import { text } from "../text";
import { deskText } from "../text/desk";
import { ImageTools } from "../uploads/ImageTools";
import { ChooseGroupDialog } from "./ChooseGroupDialog";
import { updateGroup } from "./changes";
import styles from "./GroupDesk.module.css";
import { GroupMenu } from "./GroupMenu";
import { MoveDialog } from "./MoveDialog";
import { groupById, groupImages } from "./queries";

/** `/admin/groups/:groupId`: a group and its images. */
export function GroupDesk() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  // Another group begins with nothing selected.
  if (group === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{group.title}</PageTitle>
      <Head group={group} />
      <Contents key={groupId} group={group} />
    </>
  );
}

function Head({ group }: { group: Group }) {
  const navigate = useNavigate();
  const [isSharing, setSharing] = useState(false);
  return (
    <div className={styles.head}>
      <Link to="/admin" className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {text.desk.groups}
      </Link>
      <div className={styles.line}>
        <h1>
          <EditInPlace
            value={group.title}
            label={text.desk.title}
            maxLength={limits.groupTitle}
            isRequired
            onSave={(title) => void updateGroup(group, { title })}
          />
        </h1>
        <Switch
          className={styles.switch}
          isSelected={group.isPublished}
          onChange={(isPublished) => void updateGroup(group, { isPublished })}
        >
          <span className={styles.track} aria-hidden />
          {group.isPublished ? text.desk.published : text.gallery.unpublished}
        </Switch>
        <GroupMenu group={group} onShare={() => setSharing(true)} onDeleted={() => navigate("/admin")} />
      </div>
      {isSharing && <ShareDialog group={group} onClose={() => setSharing(false)} />}
      <div className={styles.description}>
        <EditInPlace
          value={group.description ?? ""}
          label={text.common.description}
          placeholder={text.desk.addDescription}
          maxLength={limits.groupDescription}
          hasLines
          onSave={(description) => void updateGroup(group, { description: description || null })}
        />
      </div>
      <div className={styles.product}>
        {group.productId && <span aria-hidden>{deskText.stock.productId}</span>}
        <EditInPlace
          value={group.productId ?? ""}
          label={deskText.stock.productId}
          placeholder={deskText.stock.addProductId}
          maxLength={limits.productId}
          onSave={(productId) => void updateGroup(group, { productId: productId || null })}
        />
        <Link to="stock" className={buttonClass("quiet")}>
          <ChartLine size={16} aria-hidden />
          {deskText.stock.title}
        </Link>
        <LevelText productId={group.productId} />
      </div>
    </div>
  );
}

function Contents({ group }: { group: Group }) {
  const query = useInfiniteQuery({ ...groupImages(group.id), refetchOnWindowFocus: false });
  const { images, selected, setSelected, ids, only, loadAll, toggleAll, deselect } = useSelection<Photograph>(query);
  const [dialog, setDialog] = useState<"edit" | "place" | "group">();
  const target = { groupId: group.id, groupTitle: group.title };
  const place = (to: Place) => void orderImages(group.id, images, to, group.imageCount);

  function remove() {
    if (ids.length === 0) return;
    deselect();
    void deleteImages(group.id, ids);
  }

  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      <ImageTools
        target={target}
        count={text.common.photos(group.imageCount)}
        selected={ids.length}
        onToggleAll={images.length > 0 ? toggleAll : undefined}
      >
        <Button look="quiet" onClick={() => setDialog("edit")} inactive={only === undefined}>
          <Pencil size={16} aria-hidden />
          {text.desk.edit}
        </Button>
        <Button
          look="quiet"
          inactive={only === undefined}
          onClick={() => only && void updateGroup(group, { coverImageId: only.id })}
        >
          <Star size={16} aria-hidden />
          {text.desk.makeCover}
        </Button>
        <Button look="quiet" inactive={only === undefined} onClick={() => only && void chooseLogo(only)}>
          <Stamp size={16} aria-hidden />
          {deskText.site.useAsLogo}
        </Button>
        <Button look="quiet" onClick={async () => (await loadAll()) && setDialog("place")}>
          <ArrowUpDown size={16} aria-hidden />
          {text.desk.moveTo}
        </Button>
        <Button look="quiet" onClick={() => setDialog("group")}>
          <FolderInput size={16} aria-hidden />
          {text.desk.moveToGroup}
        </Button>
        <Button look="quiet" onClick={remove}>
          <Trash2 size={16} aria-hidden />
          {text.desk.delete}
        </Button>
      </ImageTools>
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.group.empty}>
          {text.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={images}
          coverId={group.cover?.id}
          selected={selected}
          onSelect={setSelected}
          onOpen={(id) => {
            setSelected(new Set([id]));
            setDialog("edit");
          }}
          onMove={place}
          onDelete={remove}
          hasMore={query.hasNextPage}
          isLoading={query.isFetchingNextPage}
          loadMore={() => !query.isFetchingNextPage && void query.fetchNextPage()}
        />
      )}
      {dialog === "edit" && only && (
        <EditImageDialog groupId={group.id} image={only} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "place" && (
        <MoveDialog
          items={images.map(({ id, title, fileName }) => ({ id, name: title || fileName }))}
          ids={ids}
          onMove={place}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "group" && (
        <ChooseGroupDialog
          title={text.desk.moveImagesTitle(ids.length)}
          except={group.id}
          onChoose={(to) => {
            deselect();
            void moveImages({ id: group.id, images }, to, ids);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
