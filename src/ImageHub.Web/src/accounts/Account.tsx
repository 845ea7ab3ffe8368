import { lazy } from "react";
import { Route, Routes } from "react-router";
import type { Schemas } from "../api/client";
import { Missing } from "../shell/Failure";
import { SignedIn } from "../shell/SignedIn";
import { text } from "../text";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { PasswordPage } from "./PasswordPage";

const MyImages = lazy(async () => ({ default: (await import("../mine/MyImages")).MyImages }));
const LinksPage = lazy(async () => ({ default: (await import("../links/LinksPage")).LinksPage }));
const ReceiptsPage = lazy(async () => ({ default: (await import("../uploads/ReceiptsPage")).ReceiptsPage }));
const ReceiptPage = lazy(async () => ({ default: (await import("../uploads/ReceiptPage")).ReceiptPage }));
const Viewer = lazy(async () => ({ default: (await import("../images/Viewer")).Viewer }));

const pages = ({ role }: Schemas["Me"]) => [
  // Users have images of their own; an admin's are in groups.
  role === "user"
    ? { name: text.account.images, to: "/account", below: "/account/images/" }
    : { name: text.account.desk, to: "/admin" },
  ...(role === "user" ? [{ name: deskText.receipts.title, to: "/account/uploads", below: "/account/uploads/" }] : []),
  { name: mineText.links, to: "/account/links" },
  { name: mineText.account, to: "/account/password" },
];

/** `/account`: what everybody who is signed in has of their own. */
export function Account() {
  return (
    <Routes>
      <Route element={<SignedIn pages={pages} />}>
        <Route element={<MyImages />}>
          <Route index element={null} />
          <Route path="images/:imageId" element={<Viewer />} />
        </Route>
        <Route path="uploads" element={<ReceiptsPage />} />
        <Route path="uploads/:uploadId" element={<ReceiptPage />} />
        <Route path="links" element={<LinksPage />} />
        <Route path="password" element={<PasswordPage />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}
