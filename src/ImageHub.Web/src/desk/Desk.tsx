import { lazy } from "react";
import { NavLink, Route, Routes, useLocation } from "react-router";
import { Missing } from "../shell/Failure";
import { SignedIn } from "../shell/SignedIn";
import { text } from "../text";

const GroupsDesk = lazy(async () => ({ default: (await import("../groups/GroupsDesk")).GroupsDesk }));
const GroupDesk = lazy(async () => ({ default: (await import("../groups/GroupDesk")).GroupDesk }));
const TrashDesk = lazy(async () => ({ default: (await import("../trash/TrashDesk")).TrashDesk }));
const Links = lazy(async () => ({ default: (await import("../links/LinksPage")).LinksPage }));
const UsersDesk = lazy(async () => ({ default: (await import("../accounts/UsersDesk")).UsersDesk }));
const TiersDesk = lazy(async () => ({ default: (await import("../tiers/TiersDesk")).TiersDesk }));
const StorageDesk = lazy(async () => ({ default: (await import("../storage/StorageDesk")).StorageDesk }));

/** `/admin`: the curator's desk. */
export function Desk() {
  return (
    <Routes>
      <Route element={<SignedIn isForAdmins rooms={() => <Rooms />} />}>
        <Route index element={<GroupsDesk />} />
        <Route path="groups/:groupId" element={<GroupDesk />} />
        <Route path="links" element={<Links />} />
        <Route path="users" element={<UsersDesk />} />
        <Route path="tiers" element={<TiersDesk />} />
        <Route path="trash" element={<TrashDesk />} />
        <Route path="storage" element={<StorageDesk />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}

function Rooms() {
  const { pathname } = useLocation();
  return (
    <>
      <NavLink to="/admin" end={!pathname.startsWith("/admin/groups")}>
        {text.desk.groups}
      </NavLink>
      <NavLink to="/admin/links">{text.links.title}</NavLink>
      <NavLink to="/admin/users">{text.desk.users}</NavLink>
      <NavLink to="/admin/tiers">{text.desk.tiers}</NavLink>
      <NavLink to="/admin/trash">{text.desk.trash}</NavLink>
      <NavLink to="/admin/storage">{text.desk.storage}</NavLink>
      <NavLink to="/account/password">{text.mine.account}</NavLink>
    </>
  );
}
