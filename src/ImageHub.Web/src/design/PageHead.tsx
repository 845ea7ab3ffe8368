import type { ReactNode } from "react";
import styles from "./PageHead.module.css";

/** The title and the actions of a page of the desk or the account. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.head}>
      <h1>{title}</h1>
      {children}
    </div>
  );
}
