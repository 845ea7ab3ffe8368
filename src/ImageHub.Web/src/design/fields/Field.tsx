import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import styles from "./Field.module.css";

/** A labelled field of one line with its error message. `before` is a fixed text before the value, such as the start of an address. */
export function Field({
  label,
  error,
  hint,
  before,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  error?: string;
  hint?: string;
  before?: string;
  ref?: Ref<HTMLInputElement>;
}) {
  const id = useId();
  const field = (
    <input
      {...input}
      id={id}
      className={styles.input}
      aria-invalid={error !== undefined || undefined}
      aria-describedby={error || hint ? `${id}-note` : undefined}
    />
  );
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {before === undefined ? (
        field
      ) : (
        <span className={styles.line} dir="ltr">
          <span className={styles.before}>{before}</span>
          {field}
        </span>
      )}
      <Note id={id} error={error} hint={hint} />
    </div>
  );
}

/** The error or the hint below a field. */
const Note = ({ id, error, hint }: { id: string; error: string | undefined; hint: string | undefined }) =>
  (error ?? hint) && (
    <p id={`${id}-note`} role={error ? "alert" : undefined} className={error ? styles.error : styles.hint}>
      {error ?? hint}
    </p>
  );

/** A labelled field of several lines with its error message. */
export function TextField({
  label,
  error,
  hint,
  ...text
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string; error?: string; hint?: string }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        rows={3}
        {...text}
        id={id}
        className={styles.input}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
      />
      <Note id={id} error={error} hint={hint} />
    </div>
  );
}

/** A labelled checkbox with an optional explanation. */
export function CheckField({
  label,
  hint,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string }) {
  const id = useId();
  const box = (
    <label className={styles.check}>
      <input {...input} type="checkbox" aria-describedby={hint && id} />
      {label}
    </label>
  );
  if (hint === undefined) return box;
  return (
    <div>
      {box}
      <p id={id} className={styles.checkHint}>
        {hint}
      </p>
    </div>
  );
}

/** A group of checkboxes with its error message. */
export const CheckFieldGroup = ({ label, error, children }: { label: string; error?: string; children: ReactNode }) => (
  <fieldset className={styles.checks}>
    <legend>{label}</legend>
    {error !== undefined && (
      <p role="alert" className={styles.error}>
        {error}
      </p>
    )}
    {children}
  </fieldset>
);

/** A labelled select. */
export function SelectField({ label, ...select }: SelectHTMLAttributes<HTMLSelectElement> & { label: string }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select {...select} id={id} className={styles.input} />
    </div>
  );
}
