import { CalendarDays, PanelsTopLeft, UserRound } from "lucide-react";
import { Suspense } from "react";
import { Link, Outlet, useLocation, useMatch } from "react-router";
import { curates, useMe } from "../accounts/me";
import { useStore } from "../api/useStore";
import { Brand } from "../site/Brand";
import { FooterLinks } from "../site/Footer";
import { useSite } from "../site/site";
import { text } from "../text";
import { hasUploads } from "../uploads/sending/uploadProgress";
import { ConnectionBanner } from "./ConnectionBanner";
import { HeaderSearch } from "./HeaderSearch";
import { LanguageField } from "./LanguageField";
import { PageFocus } from "./PageFocus";
import styles from "./Shell.module.css";
import { useScroll } from "./useScroll";
import { whenShown } from "./whenShown";

const UploadsPanel = whenShown(async () => (await import("../uploads/panel/UploadsPanel")).UploadsPanel, true);

/** The frame of the visitors' pages: header, banner, content, footer. */
export function Shell() {
  const me = useMe();
  const site = useSite();
  const { pathname } = useLocation();
  const isGuest = useMatch("/shared/*") !== null;
  const isGallery = pathname === "/";
  const isUploading = useStore(hasUploads);
  useScroll();
  return (
    <>
      <a className="skipLink" href="#content">
        {text.app.skip}
      </a>
      <header className={styles.header}>
        <nav className={styles.bar} aria-label={text.app.mainNavigation}>
          {/* The gallery's head contains the site's title. */}
          {!(isGallery && site && !site.logo && !site.logoDark) && (
            <Link to="/" className={styles.brand} aria-label={site ? undefined : text.group.back}>
              {site && <Brand site={site} />}
            </Link>
          )}
          <span className={styles.links}>
            {!isGuest && (
              <>
                {/* The search page and the timeline have a search field of their own. */}
                {pathname !== "/search" && pathname !== "/timeline" && <HeaderSearch key={pathname} />}
                <Link to="/timeline" className={styles.link}>
                  <CalendarDays size={16} aria-hidden />
                  <span className="wideLabel">{text.gallery.byDate}</span>
                </Link>
              </>
            )}
            {site?.about && !isGuest && (
              <Link to="/about" className={styles.link}>
                <UserRound size={16} aria-hidden />
                <span className="wideLabel">{text.gallery.about}</span>
              </Link>
            )}
            {curates(me.data) ? (
              <Link to="/admin" className={styles.link}>
                <PanelsTopLeft size={16} aria-hidden />
                {text.account.desk}
              </Link>
            ) : (
              me.data && (
                <Link to="/account" className={styles.link}>
                  {text.account.images}
                </Link>
              )
            )}
          </span>
        </nav>
      </header>
      <ConnectionBanner />
      <main id="content" tabIndex={-1} className={styles.main}>
        {/* Without Suspense, the previous page stays until the next page's code has loaded. A fallback would be shown for at least 300 ms. */}
        <Outlet />
      </main>
      <footer className={styles.footer}>
        {site && site.footer.length > 0 && <FooterLinks links={site.footer} />}
        <LanguageField />
        {!me.data && !isGuest && (
          <Link to="/sign-in" className={styles.link}>
            {text.account.signIn}
          </Link>
        )}
      </footer>
      <PageFocus />
      {/* A user who has left the desk during an upload still sees the progress. */}
      {isUploading && (
        <Suspense>
          <UploadsPanel />
        </Suspense>
      )}
    </>
  );
}
