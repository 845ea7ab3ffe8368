import type { ButtonHTMLAttributes } from "react";
import styles from "./Button.module.css";

export type Look = "primary" | "plain" | "quiet" | "danger";

/** The class names of a button's look, for links and for react-aria's own buttons. */
export const buttonClass = (look: Look = "plain", extra = "") => `${styles.button} ${styles[look]} ${extra}`;

/**
 * A button. `inactive` keeps it in the tab order and says so to assistive technology (`aria-disabled`), so that the focus is
 * never lost on a button that just ended its work.
 */
export function Button({
  look = "plain",
  inactive = false,
  className = "",
  onClick,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; inactive?: boolean }) {
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
