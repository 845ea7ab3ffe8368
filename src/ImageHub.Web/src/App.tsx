import { Route, Routes, useLocation } from "react-router";
import { useStore } from "./api/useStore";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { Missing } from "./shell/Failure";
import { Shell } from "./shell/Shell";
import { whenShown } from "./shell/whenShown";
import { useAppearance } from "./site/site";
import { language } from "./text/locale";

const GalleryPage = whenShown(async () => (await import("./groups/visitors/GalleryPage")).GalleryPage);
const GroupAtAddress = whenShown(async () => (await import("./groups/visitors/GroupAtAddress")).GroupAtAddress);
const Viewer = whenShown(async () => (await import("./images/viewer/Viewer")).Viewer);
const SharedPage = whenShown(async () => (await import("./links/SharedPage")).SharedPage);
const SearchPage = whenShown(async () => (await import("./search/SearchPage")).SearchPage);
const TimelinePage = whenShown(async () => (await import("./search/TimelinePage")).TimelinePage);
const AboutPage = whenShown(async () => (await import("./site/AboutPage")).AboutPage);
const SignInPage = whenShown(async () => (await import("./accounts/SignInPage")).SignInPage);
const Account = whenShown(async () => (await import("./accounts/Account")).Account);
const Desk = whenShown(async () => (await import("./desk/Desk")).Desk);

/** The addresses of the visitors' pages; `Account` and `Desk` define the addresses below theirs. Each page's code loads when it is first shown. */
export function App() {
  useAppearance();
  const spoken = useStore(language);
  return (
    <ErrorBoundary key={spoken} at={useLocation().pathname}>
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<GalleryPage />} />
          <Route path="groups/:groupId" element={<GroupAtAddress />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="shared/:token" element={<SharedPage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="search" element={<SearchPage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="timeline" element={<TimelinePage />}>
            <Route path="images/:imageId" element={<Viewer />} />
          </Route>
          <Route path="about" element={<AboutPage />} />
          <Route path="sign-in" element={<SignInPage />} />
          <Route path="*" element={<Missing />} />
        </Route>
        <Route path="account/*" element={<Account />} />
        <Route path="admin/*" element={<Desk />} />
      </Routes>
    </ErrorBoundary>
  );
}
