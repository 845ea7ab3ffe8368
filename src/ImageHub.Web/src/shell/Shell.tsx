import { PanelsTopLeft } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, Outlet } from "react-router";
import { useMe } from "../accounts/me";
import { useStore } from "../api/store";
import { text } from "../text";
import { hasUploads } from "../uploads/progress";
import { ConnectionBanner } from "./ConnectionBanner";
import { PageFocus } from "./PageFocus";
import styles from "./Shell.module.css";
import { useScroll } from "./useScroll";

const UploadsPanel = lazy(async () => ({ default: (await import("../uploads/UploadsPanel")).UploadsPanel }));

/** What every visitors' page stands in: header, banner, content. */
export function Shell() {
  const me = useMe();
  const isUploading = useStore(hasUploads);
  useScroll();
  return (
    <>
      <a className="skipLink" href="#content">
        {text.app.skip}
      </a>
      <header className={styles.header}>
        <nav className={styles.bar} aria-label={text.app.mainNavigation}>
          <Link to="/" className={styles.brand}>
            {text.app.name}
          </Link>
          {me.data?.role === "admin" ? (
            <Link to="/admin" className={styles.link}>
              <PanelsTopLeft size={16} aria-hidden />
              {text.account.desk}
            </Link>
          ) : (
            <Link to={me.data ? "/account" : "/sign-in"} className={styles.link}>
              {me.data ? text.account.images : text.account.signIn}
            </Link>
          )}
        </nav>
      </header>
      <ConnectionBanner />
      <main id="content" tabIndex={-1} className={styles.main}>
        {/* No Suspense: a page whose code is still to come replaces the one before, or nothing, once it is there. A fallback would
            hold it back for 300 ms, so that it does not flicker. */}
        <Outlet />
      </main>
      <PageFocus />
      {/* Who left the desk in the middle of it sees how far it is. */}
      {isUploading && (
        <Suspense>
          <UploadsPanel />
        </Suspense>
      )}
    </>
  );
}
