import { Route, Routes } from "react-router";
import type { Schemas } from "../api/client";
import { Missing } from "../shell/Failure";
import type { Page } from "../shell/Navigation";
import { SignedIn } from "../shell/SignedIn";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { AccountPage } from "./AccountPage";

const MyImages = whenShown(async () => (await import("../mine/MyImages")).MyImages);
const SharedGroupPage = whenShown(async () => (await import("../mine/SharedGroupPage")).SharedGroupPage);
const LinksPage = whenShown(async () => (await import("../links/LinksPage")).LinksPage);
const ReceiptListPage = whenShown(async () => (await import("../uploads/receipts/ReceiptListPage")).ReceiptListPage);
const ReceiptPage = whenShown(async () => (await import("../uploads/receipts/ReceiptPage")).ReceiptPage);
const Viewer = whenShown(async () => (await import("../images/viewer/Viewer")).Viewer);

const pages = ({ role }: Schemas["Me"]): Page[] => [
  // Users own images; images of admins and editors are in groups.
  role === "user"
    ? { name: text.account.images, to: "/account", below: "/account/images/" }
    : { name: text.account.desk, to: "/admin" },
  ...(role === "user" ? [{ name: deskText.receipts.title, to: "/account/uploads", below: "/account/uploads/" }] : []),
  { name: mineText.links, to: "/account/links" },
  { name: mineText.account, to: "/account/password", place: "end" },
];

/** `/account`: the signed-in user's own images, shared groups, links, uploads and account settings. */
export function Account() {
  return (
    <Routes>
      <Route element={<SignedIn pages={pages} />}>
        <Route element={<MyImages />}>
          <Route index element={null} />
          <Route path="images/:imageId" element={<Viewer />} />
        </Route>
        <Route path="groups/:groupId" element={<SharedGroupPage />}>
          <Route path="images/:imageId" element={<Viewer />} />
        </Route>
        <Route path="uploads" element={<ReceiptListPage />} />
        <Route path="uploads/:uploadId" element={<ReceiptPage />} />
        <Route path="links" element={<LinksPage />} />
        <Route path="password" element={<AccountPage />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}
