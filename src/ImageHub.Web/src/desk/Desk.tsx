import { Route, Routes } from "react-router";
import type { Schemas } from "../api/client";
import { Missing } from "../shell/Failure";
import type { Page } from "../shell/Navigation";
import { ForAdmins, SignedIn } from "../shell/SignedIn";
import { whenShown } from "../shell/whenShown";
import { deskText } from "../text/desk";
import { guestText } from "../text/guest";
import { mineText } from "../text/mine";

const GroupListDesk = whenShown(async () => (await import("../groups/desk/GroupListDesk")).GroupListDesk);
const GroupDesk = whenShown(async () => (await import("../groups/desk/GroupDesk")).GroupDesk);
const ReviewPage = whenShown(async () => (await import("../groups/desk/review/ReviewPage")).ReviewPage);
const StockPage = whenShown(async () => (await import("../inventory/StockPage")).StockPage);
const TrashDesk = whenShown(async () => (await import("../trash/TrashDesk")).TrashDesk);
const Receipts = whenShown(async () => (await import("../uploads/receipts/ReceiptListPage")).ReceiptListPage);
const Receipt = whenShown(async () => (await import("../uploads/receipts/ReceiptPage")).ReceiptPage);
const Links = whenShown(async () => (await import("../links/LinksPage")).LinksPage);
const Choices = whenShown(async () => (await import("../links/choices/ChoicesPage")).ChoicesPage);
const LinkChoices = whenShown(async () => (await import("../links/choices/LinkChoicesPage")).LinkChoicesPage);
const UsersDesk = whenShown(async () => (await import("../accounts/UsersDesk")).UsersDesk);
const TiersDesk = whenShown(async () => (await import("../tiers/TiersDesk")).TiersDesk);
const ApiKeysDesk = whenShown(async () => (await import("../apiKeys/ApiKeysDesk")).ApiKeysDesk);
const TransformKeysDesk = whenShown(async () => (await import("../transforms/TransformKeysDesk")).TransformKeysDesk);
const OneDriveDesk = whenShown(async () => (await import("../onedrive/OneDriveDesk")).OneDriveDesk);
const SiteDesk = whenShown(async () => (await import("../site/SiteDesk")).SiteDesk);
const DuplicatesDesk = whenShown(async () => (await import("../duplicates/DuplicatesDesk")).DuplicatesDesk);
const StorageDesk = whenShown(async () => (await import("../storage/StorageDesk")).StorageDesk);

/** The header's entries. Editors do not see entries that are for admins only. */
const pages = ({ role }: Schemas["Me"]): Page[] => {
  const ofAdmins = (...entries: Page[]) => (role === "admin" ? entries : []);
  return [
    { name: mineText.desk.groups, to: "/admin", below: "/admin/groups/" },
    { name: guestText.links.title, to: "/admin/links", below: "/admin/links/" },
    { name: deskText.receipts.title, to: "/admin/uploads", below: "/admin/uploads/" },
    ...ofAdmins(
      { name: deskText.site.title, to: "/admin/site" },
      { name: mineText.desk.users, to: "/admin/users", place: "more" },
      { name: mineText.desk.tiers, to: "/admin/tiers", place: "more" },
    ),
    { name: deskText.apiKeys.title, to: "/admin/api-keys", place: "more" },
    ...ofAdmins(
      { name: deskText.transforms.title, to: "/admin/transforms", place: "more" },
      { name: deskText.oneDrive.title, to: "/admin/onedrive", place: "more" },
    ),
    { name: deskText.duplicates.title, to: "/admin/duplicates", place: "more" },
    ...ofAdmins({ name: mineText.desk.storage, to: "/admin/storage", place: "more" }),
    { name: mineText.desk.trash, to: "/admin/trash", place: "more" },
    { name: mineText.account, to: "/account/password", place: "end" },
  ];
};

/** `/admin`: the desk of admins and editors. */
export function Desk() {
  return (
    <Routes>
      <Route element={<SignedIn isForCurators pages={pages} />}>
        <Route index element={<GroupListDesk />} />
        <Route path="groups/:groupId" element={<GroupDesk />} />
        <Route path="groups/:groupId/review" element={<ReviewPage />} />
        <Route path="uploads" element={<Receipts />} />
        <Route path="uploads/:uploadId" element={<Receipt />} />
        <Route path="links" element={<Links />} />
        <Route path="links/favourites" element={<Choices />} />
        <Route path="links/:linkId/favourites" element={<LinkChoices />} />
        <Route path="api-keys" element={<ApiKeysDesk />} />
        <Route path="duplicates" element={<DuplicatesDesk />} />
        <Route path="trash" element={<TrashDesk />} />
        <Route element={<ForAdmins />}>
          <Route path="groups/:groupId/stock" element={<StockPage />} />
          <Route path="site" element={<SiteDesk />} />
          <Route path="users" element={<UsersDesk />} />
          <Route path="tiers" element={<TiersDesk />} />
          <Route path="transforms" element={<TransformKeysDesk />} />
          <Route path="onedrive" element={<OneDriveDesk />} />
          <Route path="storage" element={<StorageDesk />} />
        </Route>
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}
