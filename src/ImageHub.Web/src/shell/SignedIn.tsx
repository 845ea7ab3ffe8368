import { Images, LogOut } from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { Link, Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { curates, useMe } from "../accounts/me";
import { SessionEnded } from "../accounts/SessionEnded";
import { signOut } from "../accounts/signOut";
import type { Schemas } from "../api/client";
import { askForSignIn, session, setPageAccount } from "../api/session";
import { useStore } from "../api/useStore";
import { Button, buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { Toasts } from "../design/overlays/toasts";
import { useSite } from "../site/site";
import { text } from "../text";
import { locale } from "../text/locale";
import { mineText } from "../text/mine";
import { UploadsProvider } from "../uploads/adding/UploadsProvider";
import { UploadsPanel } from "../uploads/panel/UploadsPanel";
import { progress } from "../uploads/sending/uploadProgress";
import { restoreUploads, unfinished, uploads } from "../uploads/sending/uploads";
import { ConnectionBanner } from "./ConnectionBanner";
import { Failure } from "./Failure";
import { LanguageField } from "./LanguageField";
import { Navigation, type Page } from "./Navigation";
import { PageFocus } from "./PageFocus";
import styles from "./SignedIn.module.css";
import { useScroll } from "./useScroll";

/** The frame of the pages for signed-in users: header, banner, content, uploads, messages. Visitors are sent to the sign-in page. */
export function SignedIn({
  pages,
  isForCurators = false,
}: {
  /** The entries of the header. */
  pages: (me: Schemas["Me"]) => Page[];
  /** Whether only admins and editors see the pages. Other users see a notice. */
  isForCurators?: boolean;
}) {
  const { pathname, search } = useLocation();
  const { state } = useStore(session);
  const me = useMe();
  const site = useSite();
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  useScroll();
  useEffect(askForSignIn, []);
  const account = me.data?.id;
  useEffect(() => {
    if (account === undefined) return;
    setPageAccount(account);
    void restoreUploads(account);
  }, [account]);

  if (state === "none") return <Navigate to={`/sign-in?to=${encodeURIComponent(pathname + search)}`} replace />;
  if (me.data === undefined)
    return me.error ? (
      <Failure error={me.error} again={me.refetch} level={1} />
    ) : state === "ended" ? (
      <SessionEnded />
    ) : null;
  if (isForCurators && !curates(me.data)) return <NotAllowed title={mineText.notCurator} />;
  const leave = async () => {
    if (await signOut()) navigate("/");
  };
  return (
    <I18nProvider locale={locale}>
      <RouterProvider navigate={navigate}>
        <UploadsProvider>
          <a className="skipLink" href="#content">
            {text.app.skip}
          </a>
          <header className={styles.header}>
            <Link to="/" className={styles.brand}>
              <Images size={18} aria-hidden />
              <span>{site?.title ?? mineText.gallery}</span>
            </Link>
            <Navigation pages={[{ name: mineText.viewGallery, to: "/", place: "end" }, ...pages(me.data)]} />
            <Button
              look="quiet"
              onClick={() => (progress.get() === null ? leave() : setAsks(true))}
              title={mineText.signedInAs(me.data.userName)}
              aria-label={mineText.signOut}
            >
              <LogOut size={16} aria-hidden />
              <span className={styles.signOut}>{mineText.signOut}</span>
            </Button>
          </header>
          <ConnectionBanner />
          <main id="content" tabIndex={-1} className={styles.main}>
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
          <footer className={styles.footer}>
            <LanguageField />
          </footer>
          <PageFocus />
          <UploadsPanel />
          <Toasts />
          {asks && (
            <ConfirmDialog
              title={mineText.signOutBusy}
              action={mineText.signOut}
              onYes={() => {
                setAsks(false);
                void leave();
              }}
              onClose={() => setAsks(false)}
            >
              {mineText.signOutBusyText(unfinished(uploads.snapshot.get()))}
            </ConfirmDialog>
          )}
          {state === "ended" && <SessionEnded userName={me.data.userName} />}
        </UploadsProvider>
      </RouterProvider>
    </I18nProvider>
  );
}

/** The pages that only admins see. Editors see a notice. */
export function ForAdmins() {
  const me = useMe();
  return me.data?.role === "admin" ? <Outlet /> : <NotAllowed title={mineText.notAdmin} />;
}

function NotAllowed({ title }: { title: string }) {
  return (
    <Notice
      level={1}
      title={title}
      actions={
        <Link to="/" className={buttonClass()}>
          {mineText.gallery}
        </Link>
      }
    />
  );
}
