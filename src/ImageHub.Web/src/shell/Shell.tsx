import { Images, PanelsTopLeft } from "lucide-react";
import { Link, Outlet } from "react-router";
import { useMe } from "../accounts/me";
import { text } from "../text";
import { ConnectionBanner } from "./ConnectionBanner";
import { PageFocus } from "./PageFocus";
import styles from "./Shell.module.css";
import { useScroll } from "./useScroll";

/** What every visitors' page stands in: header, banner, content. */
export function Shell() {
  const me = useMe();
  useScroll();
  return (
    <>
      <a className="skipLink" href="#content">
        {text.app.skip}
      </a>
      <header className={styles.header}>
        <nav className={styles.bar} aria-label={text.app.mainNavigation}>
          <Link to="/" className={styles.brand}>
            <Images size={18} aria-hidden />
            {text.app.name}
          </Link>
          {me.data?.role === "admin" ? (
            <Link to="/admin" className={styles.link}>
              <PanelsTopLeft size={16} aria-hidden />
              {text.account.desk}
            </Link>
          ) : (
            <Link to={me.data ? "/account" : "/sign-in"} className={styles.link}>
              {me.data ? text.mine.title : text.account.signIn}
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
    </>
  );
}
