import { lazy } from "react";
import { NavLink, Route, Routes } from "react-router";
import { Missing } from "../shell/Failure";
import { SignedIn } from "../shell/SignedIn";
import { text } from "../text";
import { PasswordPage } from "./PasswordPage";

const MyImages = lazy(async () => ({ default: (await import("../mine/MyImages")).MyImages }));
const LinksPage = lazy(async () => ({ default: (await import("../links/LinksPage")).LinksPage }));

/** `/account`: what everybody who is signed in has of their own. */
export function Account() {
  return (
    <Routes>
      <Route
        element={
          <SignedIn
            rooms={({ role }) => (
              <>
                {/* Users have images of their own; an admin's are in groups. */}
                {role === "user" ? (
                  <NavLink to="/account" end>
                    {text.mine.title}
                  </NavLink>
                ) : (
                  <NavLink to="/admin">{text.account.desk}</NavLink>
                )}
                <NavLink to="/account/links">{text.mine.links}</NavLink>
                <NavLink to="/account/password">{text.mine.account}</NavLink>
              </>
            )}
          />
        }
      >
        <Route index element={<MyImages />} />
        <Route path="links" element={<LinksPage />} />
        <Route path="password" element={<PasswordPage />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}
