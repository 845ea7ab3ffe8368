import { useNavigate, useSearchParams } from "react-router";
import { text } from "../text";
import { SignInForm } from "./SignInForm";
import styles from "./SignInPage.module.css";

/** `/sign-in`: then on to the desk, or where `?to=` came from. */
export function SignInPage() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const to = search.get("to") ?? "";
  return (
    <div className={styles.page}>
      <title>{text.app.pageTitle(text.account.signIn)}</title>
      <h1>{text.account.signIn}</h1>
      {/* Only paths of this app: "//elsewhere" is another host's. */}
      <SignInForm onSignedIn={() => navigate(/^\/(?![/\\])/.test(to) ? to : "/admin", { replace: true })} />
    </div>
  );
}
