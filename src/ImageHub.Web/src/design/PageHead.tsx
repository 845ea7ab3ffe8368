import type { ReactNode } from "react";
import styles from "./PageHead.module.css";

/** The title of a desk page and its actions. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.head}>
      <h1>{title}</h1>
      {children}
    </div>
  );
}
