import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { limits } from "../api/limits";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Field } from "../design/fields/Field";
import { tell } from "../design/overlays/toasts";
import { PageHead } from "../design/PageHead";
import { Usage } from "../mine/Usage";
import { LanguageField } from "../shell/LanguageField";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { mineText } from "../text/mine";
import { oidcText } from "../text/oidc";
import { passkeyText } from "../text/passkeys";
import styles from "./AccountPage.module.css";
import { explainRefusal } from "./explainRefusal";
import { useMe } from "./me";
import { OidcJoin } from "./oidc/OidcJoin";
import { useMayUsePassword } from "./oidc/useMayUsePassword";
import { Passkeys } from "./passkeys/Passkeys";
import { signInMethods } from "./passkeys/passkeys";
import fields from "./SignInForm.module.css";
import { WebDav } from "./WebDav";

/** Error messages by field; `form` is for the form as a whole. */
type Errors = Partial<Record<"currentPassword" | "newPassword" | "again" | "form", string>>;

/** `/account/password`: the signed-in user's storage, password, other ways to sign in, WebDAV access and the pages' language. */
export function AccountPage() {
  const me = useMe();
  const mayUsePassword = useMayUsePassword();
  const provider = useQuery(signInMethods).data?.oidc;
  return (
    <>
      <PageTitle>{mineText.account}</PageTitle>
      <PageHead title={mineText.account} />
      {me.data && (
        <section className={styles.part}>
          <h2>{mineText.signedInAs(me.data.userName)}</h2>
          <Usage usedBytes={me.data.usedBytes} tier={me.data.tier} />
        </section>
      )}
      <section className={styles.part}>
        <h2>{text.account.password}</h2>
        {mayUsePassword ? (
          <PasswordForm userName={me.data?.userName} />
        ) : (
          <p className={styles.about}>{oidcText.noPassword}</p>
        )}
      </section>
      {provider && (
        <section className={styles.part}>
          <h2>{oidcText.title}</h2>
          <OidcJoin />
        </section>
      )}
      {me.data && (
        <section className={styles.part}>
          <h2>{passkeyText.title}</h2>
          <Passkeys userName={me.data.userName} />
        </section>
      )}
      {me.data?.role === "user" && (
        <section className={styles.part}>
          <h2>{mineText.webDav.title}</h2>
          <WebDav />
        </section>
      )}
      <section className={styles.part} data-language>
        <h2>{text.app.language}</h2>
        <LanguageField />
      </section>
    </>
  );
}

function PasswordForm({ userName }: { userName: string | undefined }) {
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const given = new FormData(form);
    const value = (name: string) => String(given.get(name));
    if (value("newPassword") !== value("again")) {
      refuse(form, { again: mineText.differs });
      return;
    }
    setBusy(true);
    setErrors({});
    try {
      const body = { currentPassword: value("currentPassword"), newPassword: value("newPassword") };
      await answer(api.PUT("/api/v1/me/password", { body }));
      form.reset();
      tell(mineText.passwordChanged);
    } catch (error) {
      refuse(form, byField(error));
    }
    setBusy(false);
  }

  /** Shows the error messages and focuses the first field that has one. */
  function refuse(form: HTMLFormElement, wrong: Errors) {
    setErrors(wrong);
    const first = ["currentPassword", "newPassword", "again"].find((name) => name in wrong);
    if (first !== undefined) form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  }

  return (
    <form className={fields.form} onSubmit={submit}>
      <p className={styles.about}>{mineText.passwordText}</p>
      {/* Password managers read the user name from this field. */}
      <input type="text" name="userName" autoComplete="username" defaultValue={userName} hidden />
      <Field
        label={mineText.currentPassword}
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        error={errors.currentPassword}
      />
      <Field
        label={mineText.newPassword}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        minLength={limits.leastPassword}
        required
        hint={mineText.passwordHint(limits.leastPassword)}
        error={errors.newPassword}
      />
      <Field
        label={mineText.again}
        name="again"
        type="password"
        autoComplete="new-password"
        required
        error={errors.again}
      />
      <p role="alert" className={fields.error}>
        {errors.form}
      </p>
      <div>
        <Button type="submit" look="primary" inactive={busy}>
          {mineText.changePassword}
        </Button>
      </div>
    </form>
  );
}

function byField(error: unknown): Errors {
  if (!(error instanceof Problem)) return { form: explainRefusal(error) };
  const { currentPassword, newPassword } = error.errors;
  if (currentPassword === undefined && newPassword === undefined) return { form: explainRefusal(error) };
  return {
    ...(currentPassword && { currentPassword: mineText.wrongCurrent }),
    ...(newPassword && { newPassword: mineText.guessable }),
  };
}
