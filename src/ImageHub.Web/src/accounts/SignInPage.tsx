import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { curates, meQuery } from "./me";
import { SignInForm } from "./SignInForm";
import styles from "./SignInPage.module.css";

/** `/sign-in`: signs in, then opens the address in `?to=`; by default the desk or the user's own images. */
export function SignInPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [search] = useSearchParams();
  const to = search.get("to") ?? "";

  async function goOn() {
    // Another user may have signed in and out in another tab: the cache must not show their data.
    queries.removeQueries({ type: "inactive" });
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => null);
    // Only paths of this app are followed; "//example.com" would lead to another host.
    const asked = /^\/(?![/\\])/.test(to) ? to : null;
    navigate(asked ?? (curates(me ?? undefined) ? "/admin" : "/account"), { replace: true });
  }

  return (
    <div className={styles.page}>
      <PageTitle>{text.account.signIn}</PageTitle>
      <h1>{text.account.signIn}</h1>
      <SignInForm onSignedIn={goOn} />
    </div>
  );
}
