import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** A page's or a part's empty, missing or failed state: what it is, and what to do next. */
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
  /** Its heading's level: 1 where it is the whole page. */
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
