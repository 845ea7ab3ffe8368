import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { limits } from "../api/limits";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Field } from "../design/Field";
import { PageHead } from "../design/PageHead";
import { tell } from "../design/toasts";
import { Usage } from "../mine/Usage";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { mineText } from "../text/mine";
import { explain } from "./explain";
import { useMe } from "./me";
import styles from "./PasswordPage.module.css";

/** What is wrong, by field; `form`: with all of it. */
type Errors = Partial<Record<"currentPassword" | "newPassword" | "again" | "form", string>>;

/** `/account/password`: another password. */
export function PasswordPage() {
  const me = useMe();
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const fields = new FormData(form);
    const value = (name: string) => String(fields.get(name));
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

  /** Shows what is wrong and leads to the first field that is. */
  function refuse(form: HTMLFormElement, wrong: Errors) {
    setErrors(wrong);
    const first = ["currentPassword", "newPassword", "again"].find((name) => name in wrong);
    if (first !== undefined) form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  }

  return (
    <div className={styles.page}>
      <PageTitle>{mineText.changePassword}</PageTitle>
      <PageHead title={mineText.changePassword} />
      {me.data && (
        <>
          <p>{text.account.signedInAs(me.data.userName)}</p>
          <Usage usedBytes={me.data.usedBytes} tier={me.data.tier} />
        </>
      )}
      <p className={styles.about}>{mineText.passwordText}</p>
      <form className={styles.form} onSubmit={submit}>
        {/* Tells password managers whose password it is. */}
        <input type="text" name="userName" autoComplete="username" defaultValue={me.data?.userName} hidden />
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
        <p role="alert" className={styles.error}>
          {errors.form}
        </p>
        <div>
          <Button type="submit" look="primary" inactive={busy}>
            {mineText.changePassword}
          </Button>
        </div>
      </form>
    </div>
  );
}

function byField(error: unknown): Errors {
  if (!(error instanceof Problem)) return { form: explain(error) };
  const { currentPassword, newPassword } = error.errors;
  if (currentPassword === undefined && newPassword === undefined) return { form: explain(error) };
  return {
    ...(currentPassword && { currentPassword: text.account.wrongCurrent }),
    ...(newPassword && { newPassword: text.account.guessable }),
  };
}
