import type { ReactNode, Ref } from "react";
import styles from "./List.module.css";

/** A list with a hairline below each row. */
export const List = ({ ref, children }: { ref?: Ref<HTMLUListElement>; children: ReactNode }) => (
  <ul ref={ref}>{children}</ul>
);

/** A row with a name, facts and actions. */
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
