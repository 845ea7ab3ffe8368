import type { ReactNode } from "react";
import styles from "./List.module.css";

/** Things below each other, a hairline between them. */
export const List = ({ children }: { children: ReactNode }) => <ul>{children}</ul>;

/** One of them: what it is, what is known of it, and what can be done. */
export function ListRow({
  icon,
  name,
  facts,
  children,
}: {
  icon?: ReactNode;
  name: ReactNode;
  facts?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className={styles.row}>
      {icon}
      <span className={styles.name}>
        {name}
        {facts !== undefined && <span className={styles.facts}>{facts}</span>}
      </span>
      {children}
    </li>
  );
}
