import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { meQuery } from "./me";
import { SignInForm } from "./SignInForm";
import styles from "./SignInPage.module.css";

/** `/sign-in`: then on to where `?to=` came from, or to the desk, or to one's own images. */
export function SignInPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [search] = useSearchParams();
  const to = search.get("to") ?? "";

  async function goOn() {
    // Somebody else may have been signed in before, and out in another tab: nothing of theirs is shown again.
    queries.removeQueries({ type: "inactive" });
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => null);
    // Only paths of this app: "//elsewhere" is another host's.
    const asked = /^\/(?![/\\])/.test(to) ? to : null;
    navigate(asked ?? (me?.role === "admin" ? "/admin" : "/account"), { replace: true });
  }

  return (
    <div className={styles.page}>
      <PageTitle>{text.account.signIn}</PageTitle>
      <h1>{text.account.signIn}</h1>
      <SignInForm onSignedIn={goOn} />
    </div>
  );
}
