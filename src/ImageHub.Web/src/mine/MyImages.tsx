import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { Link as LinkIcon } from "lucide-react";
import { useMemo, useState } from "react";
import { Navigate } from "react-router";
import { curates, useMe } from "../accounts/me";
import type { Schemas } from "../api/client";
import { itemsOf } from "../api/pages";
import { PageHead } from "../design/PageHead";
import { useInfiniteList } from "../paging/useInfiniteList";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import { mineText } from "../text/mine";
import { AccountImages } from "./AccountImages";
import { deleteOwnImages } from "./changes";
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
  const [query, fetchRest] = useInfiniteList(ownImages);
  const inViewer = useInfiniteQuery({ ...ownImages, refetchOnWindowFocus: false, select: viewedPages });
  const grid = useMemo(() => itemsOf<OwnImage>(query.data).map(gridImageFrom), [query.data]);
  const [linked, setLinked] = useState<OwnImage>();
  const target = useMemo(() => ({ groupId: null, groupTitle: text.account.images, isPublic: false }), []);

  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      <AccountImages<OwnImage>
        at="/account"
        target={target}
        title={text.account.images}
        list={query}
        fetchRest={fetchRest}
        grid={grid}
        viewed={inViewer}
        countOf={(loaded) => mineText.count(loaded, query.hasNextPage)}
        remove={deleteOwnImages}
        actionsFor={(image) => [
          {
            id: "links",
            name: mineText.showLinks,
            icon: <LinkIcon size={16} aria-hidden />,
            isMain: true,
            onAction: () => setLinked(image),
          },
        ]}
      />
      {linked && tier && <ImageLinksDialog image={linked} tier={tier} onClose={() => setLinked(undefined)} />}
    </>
  );
}

const viewedPages = (data: InfiniteData<{ items: OwnImage[] }>) => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, items: page.items.map(viewerPhotoFrom) })),
});
