import type { ButtonHTMLAttributes, Ref } from "react";
import styles from "./Button.module.css";

export type Look = "primary" | "plain" | "quiet" | "danger";

/** The class names of a button's look, for links and for react-aria's own buttons. */
export const buttonClass = (look: Look = "plain", extra = "") => `${styles.button} ${styles[look]} ${extra}`;

/**
 * A button. An `inactive` button ignores clicks but keeps the focus. Assistive technology announces it as disabled
 * (`aria-disabled`).
 */
export function Button({
  look = "plain",
  inactive = false,
  className = "",
  onClick,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; inactive?: boolean; ref?: Ref<HTMLButtonElement> }) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, className)}
      aria-disabled={inactive || undefined}
      onClick={(event) => {
        if (inactive) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
