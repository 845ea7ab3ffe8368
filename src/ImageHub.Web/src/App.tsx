import { lazy } from "react";
import { matchPath, Route, Routes } from "react-router";
import { queryClient } from "./api/queries";
import { GalleryPage, pageOf } from "./groups/GalleryPage";
import { fetchGroupAhead, groupsPage } from "./groups/queries";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { Missing } from "./shell/Failure";
import { Shell } from "./shell/Shell";

const loadGroupPage = () => import("./groups/GroupPage");
const loadViewer = () => import("./images/Viewer");

const GroupPage = lazy(async () => ({ default: (await loadGroupPage()).GroupPage }));
const Viewer = lazy(async () => ({ default: (await loadViewer()).Viewer }));
const SignInPage = lazy(async () => ({ default: (await import("./accounts/SignInPage")).SignInPage }));
const Desk = lazy(async () => ({ default: (await import("./desk/Desk")).Desk }));

/** Every page and its address. Visitors load their own pages' code only. */
export function App() {
  return (
    <ErrorBoundary>
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<GalleryPage />} />
          <Route path="groups/:groupId" element={<GroupPage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="sign-in" element={<SignInPage />} />
          <Route path="*" element={<Missing />} />
        </Route>
        <Route path="admin/*" element={<Desk />} />
      </Routes>
    </ErrorBoundary>
  );
}

/** Begins to fetch what the first page shows, data and code, before anything is rendered. */
export function fetchAhead({ pathname, search }: Location) {
  const groupId = matchPath("/groups/:groupId/*", pathname)?.params.groupId;
  if (pathname === "/") {
    const query = new URLSearchParams(search);
    void queryClient.prefetchQuery(groupsPage(pageOf(query), query.get("q") ?? ""));
  } else if (groupId) {
    void loadGroupPage();
    if (matchPath("/groups/:groupId/images/:imageId", pathname)) void loadViewer();
    fetchGroupAhead(groupId);
  }
}
