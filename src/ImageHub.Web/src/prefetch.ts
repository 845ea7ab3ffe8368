import { queryClient } from "./api/queries";
import { fetchGroupAhead, groupById, groupIdAt, groupImages, groupListPage } from "./groups/queries";
import { pageNumberOf } from "./groups/visitors/pageNumber";
import { coverOf, eagerPhotos, widthOf } from "./groups/visitors/sizes";
import { fetchPhoto } from "./images/fetchPhoto";
import { language } from "./text/locale";
import { others } from "./text/others";

// Starts to fetch the first page's data, photos and code while the app loads.
const { pathname, search } = location;
const spoken = language.get();
if (spoken !== "en") void others[spoken]();
const group = /^\/groups\/([^/]+)(\/images\/[^/]+)?\/?$/.exec(pathname);
const loaded: Promise<unknown>[] = [];
let shown: Promise<unknown> = Promise.resolve();
if (pathname === "/") {
  shown = queryClient.prefetchQuery(groupListPage(pageNumberOf(new URLSearchParams(search))));
  loaded.push(shown, import("./groups/visitors/GalleryPage"));
} else if (group?.[1]) {
  loaded.push(import("./groups/visitors/GroupAtAddress"));
  if (group[2]) {
    loaded.push(fetchPhotos(group[1]));
    loaded.push(import("./images/viewer/Viewer"));
  } else {
    const id = findGroup(group[1]);
    shown = id.then((id) => (id === undefined ? id : queryClient.prefetchQuery(groupById(id))));
    loaded.push(fetchGroup(id));
  }
}
// The modules run in two tasks, so that a slow phone can respond in between.
void import("./root").then(() => import("./main")).then(({ start }) => start(Promise.allSettled(loaded), shown));

/** Finds the id of the group in the address. The first screen contains the id. The page reports errors. */
function findGroup(name: string) {
  const known = document.querySelector<HTMLElement>("main[data-group]")?.dataset.group;
  if (known) queryClient.setQueryData(groupIdAt(name).queryKey, known);
  return queryClient.fetchQuery(groupIdAt(name)).catch(() => undefined);
}

async function fetchPhotos(name: string) {
  const id = await findGroup(name);
  if (id !== undefined) await fetchGroupAhead(id);
}

async function fetchGroup(found: Promise<string | undefined>) {
  const id = await found;
  if (id === undefined) return;
  const images = fetchGroupAhead(id);
  // This call shares the pending request of `fetchGroupAhead`.
  await queryClient.prefetchQuery(groupById(id));
  const group = queryClient.getQueryData(groupById(id).queryKey);
  const cover = group && coverOf(group);
  // The gallery does not need this code.
  const { contentWidth, layOut } = await import("./groups/visitors/photoLayout");
  await images;
  const loaded = queryClient.getQueryData(groupImages(id).queryKey)?.pages[0]?.items ?? [];
  // The page does not repeat the cover.
  const items = cover && loaded[0]?.id === cover.id ? loaded.slice(1) : loaded;
  const rows =
    layOut(items, contentWidth(), (group?.imageCount ?? 0) - (loaded.length - items.length), siteLayout()).model
      ?.tracks ?? [];
  for (const { photo, width } of rows.flatMap(({ photos }) => photos).slice(0, eagerPhotos - (cover ? 1 : 0)))
    fetchPhoto(photo.image, widthOf(width));
}

/** The layout of the site, which the server has written into the page. */
const siteLayout = () => JSON.parse(document.getElementById("site")?.textContent || "{}").layout;
