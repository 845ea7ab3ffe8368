import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, Suspense, useState } from "react";
import { answer, api } from "../api/client";
import { Problem } from "../api/problem";
import { began } from "../api/session";
import { Button } from "../design/Button";
import { Field } from "../design/fields/Field";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import { explainRefusal } from "./explainRefusal";
import styles from "./SignInForm.module.css";

const PasskeySignIn = whenShown(async () => (await import("./passkeys/PasskeySignIn")).PasskeySignIn);

/** User name and password, or a passkey. `onSignedIn` is called once the session exists. */
export function SignInForm({
  userName,
  onSignedIn,
}: {
  /** The user who must sign in again. If this is set, the password field gets the focus. */
  userName?: string;
  onSignedIn: () => void;
}) {
  const queries = useQueryClient();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

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
      <p role="alert" className={styles.error}>
        {error}
      </p>
      <Button type="submit" look="primary" inactive={busy}>
        {busy ? text.account.signingIn : text.account.signIn}
      </Button>
      <Suspense>
        <PasskeySignIn onSignedIn={finish} onRefused={setError} />
      </Suspense>
    </form>
  );
}
