import "./design/fonts.css";
import "./design/tokens.css";
import "./design/base.css";
import { queryClient } from "./api/queries";
import { fetchGroupAhead, groupById, groupIdAt, groupImages, groupListPage } from "./groups/queries";
import { cardWidth, contentWidth, coverOf, coverWidth, eagerPhotos, layOut, widthOf } from "./groups/visitors/layout";
import { pageNumberOf } from "./groups/visitors/pageNumber";
import { fetchPhoto } from "./images/fetchPhoto";
import { drawCover, drawGallery } from "./splash";
import { language } from "./text/locale";
import { others } from "./text/others";

// The first script is small: it starts to fetch the first page's data, photos and code while the app loads.
const { pathname, search } = location;
const spoken = language.get();
if (spoken !== "en") void others[spoken]();
const group = /^\/groups\/([^/]+)(\/images\/[^/]+)?\/?$/.exec(pathname);
if (pathname === "/") void fetchGallery(new URLSearchParams(search));
else if (group?.[1]) {
  if (group[2]) {
    void fetchPhotos(group[1]);
    void import("./images/viewer/Viewer");
  } else void fetchGroup(group[1]);
}
// Two tasks, so that a slow phone can respond in between.
void import("./root").then(() => import("./main"));

async function fetchGallery(query: URLSearchParams) {
  const page = groupListPage(pageNumberOf(query));
  await queryClient.prefetchQuery(page);
  const groups = queryClient.getQueryData(page.queryKey)?.items ?? [];
  const first = groups.slice(0, eagerPhotos);
  const covers = first.map(({ cover }) => (cover ? fetchPhoto(cover, cardWidth) : undefined));
  drawGallery(first, covers, pageNumberOf(query) === 1);
}

/** Finds the id of the group in the address. The page reports errors. */
function findGroup(name: string) {
  return queryClient.fetchQuery(groupIdAt(name)).catch(() => undefined);
}

async function fetchPhotos(name: string) {
  const id = await findGroup(name);
  if (id !== undefined) await fetchGroupAhead(id);
}

async function fetchGroup(name: string) {
  const id = await findGroup(name);
  if (id === undefined) return;
  const images = fetchGroupAhead(id);
  // This call shares the pending request of `fetchGroupAhead`.
  await queryClient.prefetchQuery(groupById(id));
  const group = queryClient.getQueryData(groupById(id).queryKey);
  const cover = group && coverOf(group);
  if (cover) drawCover(cover, fetchPhoto(cover, coverWidth));
  await images;
  const items = queryClient.getQueryData(groupImages(id).queryKey)?.pages[0]?.items ?? [];
  const rows = layOut(items, contentWidth(), group?.imageCount ?? 0).model?.tracks ?? [];
  for (const { photo, width } of rows.flatMap(({ photos }) => photos).slice(0, eagerPhotos - (cover ? 1 : 0)))
    fetchPhoto(photo.image, widthOf(width));
}
