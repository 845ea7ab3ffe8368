import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, Suspense, useState } from "react";
import { answer, api } from "../api/client";
import { Problem } from "../api/problem";
import { began } from "../api/session";
import { Button } from "../design/Button";
import { Field } from "../design/fields/Field";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import { explainRefusal } from "./explainRefusal";
import { signInMethods } from "./passkeys/passkeys";
import styles from "./SignInForm.module.css";

const OidcSignIn = whenShown(async () => (await import("./oidc/OidcSignIn")).OidcSignIn);
const PasskeySignIn = whenShown(async () => (await import("./passkeys/PasskeySignIn")).PasskeySignIn);

/** A form with every way to sign in: the OpenID Connect provider, user name and password, and passkeys. */
export function SignInForm({
  userName,
  to,
  onSignedIn,
}: {
  /** The user who must sign in again. If this is set, the password field gets the focus. */
  userName?: string;
  /**
   * The page to open after signing in at the provider; empty: the user's first page. If absent, this page stays open
   * and the provider's page opens in a new tab.
   */
  to?: string;
  /** Called once the session exists. */
  onSignedIn: () => void;
}) {
  const queries = useQueryClient();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const methods = useQuery(signInMethods).data;
  const [showsPassword, setShowsPassword] = useState(false);
  const hidesPassword = methods?.password === false && !showsPassword;

  function finish() {
    // A signed-in user may see more than the visitor's requests returned.
    void queries.invalidateQueries();
    onSignedIn();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const body = { userName: String(fields.get("userName")), password: String(fields.get("password")) };
      const pair = await answer(api.POST("/api/v1/auth/login", { body }));
      began(pair.expiresIn);
      finish();
    } catch (failure) {
      setError(failure instanceof Problem && failure.status === 401 ? text.account.wrong : explainRefusal(failure));
      setBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {methods?.oidc && (
        <Suspense>
          <OidcSignIn name={methods.oidc.name} to={to ?? "/account"} inNewTab={to === undefined} />
        </Suspense>
      )}
      {!hidesPassword && (
        <>
          <Field
            label={text.account.userName}
            name="userName"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={userName}
            required
          />
          <Field
            label={text.account.password}
            name="password"
            type="password"
            autoComplete="current-password"
            autoFocus={userName !== undefined}
            required
          />
        </>
      )}
      <p role="alert" className={styles.error}>
        {error}
      </p>
      {hidesPassword ? (
        <Button look="quiet" onClick={() => setShowsPassword(true)}>
          {text.account.password}
        </Button>
      ) : (
        <Button type="submit" look={methods?.oidc ? "plain" : "primary"} inactive={busy}>
          {busy ? text.account.signingIn : text.account.signIn}
        </Button>
      )}
      <Suspense>
        <PasskeySignIn onSignedIn={finish} onRefused={setError} />
      </Suspense>
    </form>
  );
}
