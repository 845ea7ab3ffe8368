import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { ImagePlus, Link as LinkIcon, Maximize2, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Navigate, Outlet, useNavigate, useParams } from "react-router";
import { curates, useMe } from "../accounts/me";
import type { Schemas } from "../api/client";
import { itemsOf } from "../api/pages";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
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
import { DeleteImagesDialog } from "./DeleteImagesDialog";
import { ImageLinksDialog } from "./ImageLinksDialog";
import { gridImageFrom, viewerPhotoFrom } from "./ownImageViews";
import { type OwnImage, ownImages } from "./queries";
import { SharedGroups } from "./SharedGroups";
import { Usage } from "./Usage";

/** `/account`: the signed-in user's own images. Admins and editors have none; their images are in groups. */
export function MyImages() {
  const me = useMe();
  if (curates(me.data)) return <Navigate to="/account/password" replace />;
  return (
    <>
      <PageTitle>{text.account.images}</PageTitle>
      <PageHead title={text.account.images}>
        {me.data && <Usage usedBytes={me.data.usedBytes} tier={me.data.tier} />}
      </PageHead>
      <SharedGroups />
      {me.data && <OwnImages tier={me.data.tier} />}
    </>
  );
}

function OwnImages({ tier }: Pick<Schemas["Me"], "tier">) {
  const query = useInfiniteQuery({ ...ownImages, refetchOnWindowFocus: false });
  const fetchRest = useRest(query);
  const inViewer = useInfiniteQuery({ ...ownImages, refetchOnWindowFocus: false, select: viewedPages });
  const { imageId } = useParams();
  const navigate = useNavigate();
  const onView = useLastViewed(imageId !== undefined, (id) =>
    document.querySelector<HTMLElement>(`#content [role=row][data-key="${id}"]`),
  );
  const view = (id: string) => navigate(`/account/images/${id}`, { state: { opened: true } });
  const { images, selected, setSelected, ids, only, toggleAll, deselect } = useSelection<OwnImage>(query);
  const grid = useMemo(() => itemsOf<OwnImage>(query.data).map(gridImageFrom), [query.data]);
  const [dialog, setDialog] = useState<"links" | "delete">();
  const target = useMemo(() => ({ groupId: null, groupTitle: text.account.images, isPublic: false }), []);

  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      <ImageTools
        target={target}
        count={mineText.count(images.length, query.hasNextPage)}
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
                {
                  id: "links",
                  name: mineText.showLinks,
                  icon: <LinkIcon size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => setDialog("links"),
                },
              ]
            : []),
          {
            id: "delete",
            name: mineText.desk.delete,
            icon: <Trash2 size={16} aria-hidden />,
            isMain: true,
            onAction: () => setDialog("delete"),
          },
        ]}
      />
      {images.length === 0 ? (
        <Notice icon={<ImagePlus size={32} strokeWidth={1.5} aria-hidden />} title={text.gallery.empty}>
          {mineText.desk.emptyGroupText}
        </Notice>
      ) : (
        <ImagesGrid
          images={grid}
          selected={selected}
          onSelect={setSelected}
          onOpen={view}
          onDelete={() => ids.length > 0 && setDialog("delete")}
          pages={query}
        />
      )}
      {dialog === "links" && only && tier && (
        <ImageLinksDialog image={only} tier={tier} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "delete" && (
        <DeleteImagesDialog
          ids={ids}
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
            at: "/account",
            title: text.account.images,
            images: inViewer,
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

const viewedPages = (data: InfiniteData<{ items: OwnImage[] }>) => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, items: page.items.map(viewerPhotoFrom) })),
});
