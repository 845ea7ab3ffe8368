import { lazy } from "react";
import { Route, Routes } from "react-router";
import { GalleryPage } from "./groups/GalleryPage";
import { GroupPage } from "./groups/GroupPage";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { Missing } from "./shell/Failure";
import { Shell } from "./shell/Shell";
import { useAccent } from "./site/site";

const Viewer = lazy(async () => ({ default: (await import("./images/Viewer")).Viewer }));
const SharedPage = lazy(async () => ({ default: (await import("./links/SharedPage")).SharedPage }));
const SignInPage = lazy(async () => ({ default: (await import("./accounts/SignInPage")).SignInPage }));
const Account = lazy(async () => ({ default: (await import("./accounts/Account")).Account }));
const Desk = lazy(async () => ({ default: (await import("./desk/Desk")).Desk }));

/** Every page and its address. Visitors load their own pages' code only. */
export function App() {
  useAccent();
  return (
    <ErrorBoundary>
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<GalleryPage />} />
          <Route path="groups/:groupId" element={<GroupPage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="shared/:token" element={<SharedPage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="sign-in" element={<SignInPage />} />
          <Route path="*" element={<Missing />} />
        </Route>
        <Route path="account/*" element={<Account />} />
        <Route path="admin/*" element={<Desk />} />
      </Routes>
    </ErrorBoundary>
  );
}
