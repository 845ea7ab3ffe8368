import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Missing } from "../shell/Failure";
import { SignedIn } from "../shell/SignedIn";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";

const GroupsDesk = lazy(async () => ({ default: (await import("../groups/GroupsDesk")).GroupsDesk }));
const GroupDesk = lazy(async () => ({ default: (await import("../groups/GroupDesk")).GroupDesk }));
const StockPage = lazy(async () => ({ default: (await import("../inventory/StockPage")).StockPage }));
const TrashDesk = lazy(async () => ({ default: (await import("../trash/TrashDesk")).TrashDesk }));
const Receipts = lazy(async () => ({ default: (await import("../uploads/ReceiptsPage")).ReceiptsPage }));
const Receipt = lazy(async () => ({ default: (await import("../uploads/ReceiptPage")).ReceiptPage }));
const Links = lazy(async () => ({ default: (await import("../links/LinksPage")).LinksPage }));
const UsersDesk = lazy(async () => ({ default: (await import("../accounts/UsersDesk")).UsersDesk }));
const TiersDesk = lazy(async () => ({ default: (await import("../tiers/TiersDesk")).TiersDesk }));
const ApiKeysDesk = lazy(async () => ({ default: (await import("../apiKeys/ApiKeysDesk")).ApiKeysDesk }));
const OneDriveDesk = lazy(async () => ({ default: (await import("../onedrive/OneDriveDesk")).OneDriveDesk }));
const SiteDesk = lazy(async () => ({ default: (await import("../site/SiteDesk")).SiteDesk }));
const StorageDesk = lazy(async () => ({ default: (await import("../storage/StorageDesk")).StorageDesk }));

const pages = [
  { name: text.desk.groups, to: "/admin", below: "/admin/groups/" },
  { name: deskText.site.title, to: "/admin/site" },
  { name: deskText.receipts.title, to: "/admin/uploads", below: "/admin/uploads/" },
  { name: text.links.title, to: "/admin/links" },
  { name: text.desk.users, to: "/admin/users" },
  { name: text.desk.tiers, to: "/admin/tiers" },
  { name: deskText.apiKeys.title, to: "/admin/api-keys" },
  { name: deskText.oneDrive.title, to: "/admin/onedrive" },
  { name: text.desk.trash, to: "/admin/trash" },
  { name: text.desk.storage, to: "/admin/storage" },
  { name: mineText.account, to: "/account/password" },
];

/** `/admin`: the curator's desk. */
export function Desk() {
  return (
    <Routes>
      <Route element={<SignedIn isForAdmins pages={() => pages} />}>
        <Route index element={<GroupsDesk />} />
        <Route path="groups/:groupId" element={<GroupDesk />} />
        <Route path="groups/:groupId/stock" element={<StockPage />} />
        <Route path="site" element={<SiteDesk />} />
        <Route path="uploads" element={<Receipts />} />
        <Route path="uploads/:uploadId" element={<Receipt />} />
        <Route path="links" element={<Links />} />
        <Route path="users" element={<UsersDesk />} />
        <Route path="tiers" element={<TiersDesk />} />
        <Route path="api-keys" element={<ApiKeysDesk />} />
        <Route path="onedrive" element={<OneDriveDesk />} />
        <Route path="trash" element={<TrashDesk />} />
        <Route path="storage" element={<StorageDesk />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}
