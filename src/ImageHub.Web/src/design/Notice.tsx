import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** The empty, missing or failed state of a page or a part, with the next step. */
export function Notice({
  icon,
  title,
  children,
  actions,
  level = 2,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** The level of the heading: 1 if the notice fills the page. */
  level?: 1 | 2;
}) {
  const Heading = `h${level}` as const;
  return (
    <div className={styles.notice}>
      {icon}
      <Heading className={styles.title}>{title}</Heading>
      {children !== undefined && <p className={styles.text}>{children}</p>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
