import { Images, LogOut } from "lucide-react";
import { lazy, Suspense } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, Navigate, NavLink, Outlet, Route, Routes, useLocation, useNavigate } from "react-router";
import { useMe } from "../accounts/me";
import { SessionEnded } from "../accounts/SessionEnded";
import { signOut } from "../accounts/signOut";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { Button, buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { Toasts } from "../design/toasts";
import { ConnectionBanner } from "../shell/ConnectionBanner";
import { Failure, Missing } from "../shell/Failure";
import { PageFocus } from "../shell/PageFocus";
import { useScroll } from "../shell/useScroll";
import { text } from "../text";
import { UploadsPanel } from "../uploads/UploadsPanel";
import { UploadsProvider } from "../uploads/UploadsProvider";
import styles from "./Desk.module.css";

const GroupsDesk = lazy(async () => ({ default: (await import("../groups/GroupsDesk")).GroupsDesk }));
const GroupDesk = lazy(async () => ({ default: (await import("../groups/GroupDesk")).GroupDesk }));
const TrashDesk = lazy(async () => ({ default: (await import("../trash/TrashDesk")).TrashDesk }));
const LinksDesk = lazy(async () => ({ default: (await import("../links/LinksDesk")).LinksDesk }));
const UsersDesk = lazy(async () => ({ default: (await import("../accounts/UsersDesk")).UsersDesk }));
const TiersDesk = lazy(async () => ({ default: (await import("../tiers/TiersDesk")).TiersDesk }));
const StorageDesk = lazy(async () => ({ default: (await import("../storage/StorageDesk")).StorageDesk }));

/** `/admin`: the curator's desk. */
export function Desk() {
  return (
    <Routes>
      <Route element={<ForCurators />}>
        <Route index element={<GroupsDesk />} />
        <Route path="groups/:groupId" element={<GroupDesk />} />
        <Route path="links" element={<LinksDesk />} />
        <Route path="users" element={<UsersDesk />} />
        <Route path="tiers" element={<TiersDesk />} />
        <Route path="trash" element={<TrashDesk />} />
        <Route path="storage" element={<StorageDesk />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}

function ForCurators() {
  const { pathname, search } = useLocation();
  const { state } = useStore(session);
  const me = useMe();
  const navigate = useNavigate();
  useScroll();

  if (state === "none") return <Navigate to={`/sign-in?to=${encodeURIComponent(pathname + search)}`} replace />;
  if (me.data === undefined)
    return me.error ? (
      <Failure error={me.error} again={me.refetch} level={1} />
    ) : state === "ended" ? (
      <SessionEnded />
    ) : null;
  if (me.data.role !== "admin")
    return (
      <Notice
        level={1}
        title={text.account.notAdmin}
        actions={
          <Link to="/" className={buttonClass()}>
            {text.account.gallery}
          </Link>
        }
      />
    );
  return (
    <RouterProvider navigate={navigate}>
      <UploadsProvider>
        <a className="skipLink" href="#content">
          {text.app.skip}
        </a>
        <ConnectionBanner />
        <header className={styles.header}>
          <Link to="/" className={styles.brand}>
            <Images size={18} aria-hidden />
            <span>{text.app.name}</span>
          </Link>
          <nav aria-label={text.app.mainNavigation} className={styles.rooms}>
            <NavLink to="/admin" end={!pathname.startsWith("/admin/groups")}>
              {text.desk.groups}
            </NavLink>
            <NavLink to="/admin/links">{text.links.title}</NavLink>
            <NavLink to="/admin/users">{text.desk.users}</NavLink>
            <NavLink to="/admin/tiers">{text.desk.tiers}</NavLink>
            <NavLink to="/admin/trash">{text.desk.trash}</NavLink>
            <NavLink to="/admin/storage">{text.desk.storage}</NavLink>
          </nav>
          <Button
            look="quiet"
            onClick={async () => (await signOut()) && navigate("/")}
            title={text.account.signedInAs(me.data.userName)}
            aria-label={text.account.signOut}
          >
            <LogOut size={16} aria-hidden />
            <span className={styles.signOut}>{text.account.signOut}</span>
          </Button>
        </header>
        <main id="content" tabIndex={-1} className={styles.main}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
        <PageFocus />
        <UploadsPanel />
        <Toasts />
        {state === "ended" && <SessionEnded />}
      </UploadsProvider>
    </RouterProvider>
  );
}
