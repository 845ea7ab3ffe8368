import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { began, renew } from "../api/session";
import { PageTitle } from "../shell/PageTitle";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import { curates, meQuery } from "./me";
import { SignInForm } from "./SignInForm";
import styles from "./SignInPage.module.css";

const OidcError = whenShown(async () => (await import("./oidc/OidcSignIn")).OidcError);

/**
 * `/sign-in`: signs in, then opens the address in `?to=`; by default the desk or the user's own images. `?error=` is the reason
 * why a sign-in at the OpenID Connect provider failed.
 */
export function SignInPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [search] = useSearchParams();
  const to = search.get("to") ?? "";
  const error = search.get("error");
  // Only paths of this app are followed; "//example.com" would lead to another host.
  const asked = /^\/(?![/\\])/.test(to) ? to : null;

  async function goOn() {
    // Another user may have signed in and out in another tab: the cache must not show their data.
    queries.removeQueries({ type: "inactive" });
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => null);
    navigate(asked ?? (curates(me ?? undefined) ? "/admin" : "/account"), { replace: true });
  }

  const proceed = useRef(goOn);
  useEffect(() => {
    void takeUpSession().then((hasBegun) => {
      if (!hasBegun) return;
      void queries.invalidateQueries();
      void proceed.current();
    });
  }, [queries]);

  return (
    <div className={styles.page}>
      <PageTitle>{text.account.signIn}</PageTitle>
      <h1>{text.account.signIn}</h1>
      {error !== null && (
        <Suspense>
          <OidcError code={error} />
        </Suspense>
      )}
      <SignInForm to={asked ?? ""} onSignedIn={goOn} />
    </div>
  );
}

/**
 * Takes over a session that the server has started after a sign-in at the provider. Scripts cannot read the session's
 * cookies, so the server also sets a readable cookie that expires after a minute.
 */
async function takeUpSession() {
  if (!document.cookie.split("; ").includes("imagehub_signed_in=1")) return false;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing at http addresses.
  document.cookie = "imagehub_signed_in=; Max-Age=0; Path=/";
  began(0);
  return await renew();
}
