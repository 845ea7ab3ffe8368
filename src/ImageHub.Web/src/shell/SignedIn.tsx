import { Images, LogOut } from "lucide-react";
import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { useMe } from "../accounts/me";
import { SessionEnded } from "../accounts/SessionEnded";
import { signOut } from "../accounts/signOut";
import type { Schemas } from "../api/client";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { Button, buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { Toasts } from "../design/toasts";
import { text } from "../text";
import { UploadsPanel } from "../uploads/UploadsPanel";
import { UploadsProvider } from "../uploads/UploadsProvider";
import { ConnectionBanner } from "./ConnectionBanner";
import { Failure } from "./Failure";
import { PageFocus } from "./PageFocus";
import styles from "./SignedIn.module.css";
import { useScroll } from "./useScroll";

/** What the pages of signed-in people stand in: header, banner, content, uploads, messages. Others are sent to sign in. */
export function SignedIn({
  rooms,
  isForAdmins = false,
}: {
  /** The header's links. */
  rooms: (me: Schemas["Me"]) => ReactNode;
  /** Whether users are told that these are none of theirs. */
  isForAdmins?: boolean;
}) {
  const { pathname, search } = useLocation();
  const { state } = useStore(session);
  const me = useMe();
  const navigate = useNavigate();
  useScroll();
  const header = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another room, which may lie beside a phone's screen.
  useEffect(() => {
    header.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname, me.data]);

  if (state === "none") return <Navigate to={`/sign-in?to=${encodeURIComponent(pathname + search)}`} replace />;
  if (me.data === undefined)
    return me.error ? (
      <Failure error={me.error} again={me.refetch} level={1} />
    ) : state === "ended" ? (
      <SessionEnded />
    ) : null;
  if (isForAdmins && me.data.role !== "admin")
    return (
      <Notice
        level={1}
        title={text.account.notAdmin}
        actions={
          <Link to="/" className={buttonClass()}>
            {text.account.gallery}
          </Link>
        }
      />
    );
  return (
    <RouterProvider navigate={navigate}>
      <UploadsProvider>
        <a className="skipLink" href="#content">
          {text.app.skip}
        </a>
        <header ref={header} className={styles.header}>
          <Link to="/" className={styles.brand}>
            <Images size={18} aria-hidden />
            <span>{text.app.name}</span>
          </Link>
          <nav aria-label={text.app.mainNavigation} className={styles.rooms}>
            {rooms(me.data)}
          </nav>
          <Button
            look="quiet"
            onClick={async () => (await signOut()) && navigate("/")}
            title={text.account.signedInAs(me.data.userName)}
            aria-label={text.account.signOut}
          >
            <LogOut size={16} aria-hidden />
            <span className={styles.signOut}>{text.account.signOut}</span>
          </Button>
        </header>
        <ConnectionBanner />
        <main id="content" tabIndex={-1} className={styles.main}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
        <PageFocus />
        <UploadsPanel />
        <Toasts />
        {state === "ended" && <SessionEnded />}
      </UploadsProvider>
    </RouterProvider>
  );
}
