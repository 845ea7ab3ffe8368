import { ArrowLeft } from "lucide-react";
import { Link } from "react-router";
import type { Group } from "../../api/client";
import { text } from "../../text";
import { pathOfGroup } from "../queries";
import styles from "./GroupPage.module.css";

/** The way back from a group's page: to the gallery and through the groups above. */
export const PathBack = ({ path, title }: Pick<Group, "path" | "title">) =>
  path.length === 0 ? (
    <Link to="/" className={styles.back}>
      <ArrowLeft size={16} aria-hidden />
      {text.group.back}
    </Link>
  ) : (
    <nav aria-label={text.group.path} className={styles.path}>
      <ol>
        <li>
          <Link to="/" className={styles.back}>
            {text.group.back}
          </Link>
        </li>
        {path.map((above) => (
          <li key={above.id}>
            <Link to={pathOfGroup(above.id)} className={styles.back}>
              <bdi>{above.title}</bdi>
            </Link>
          </li>
        ))}
        <li aria-current="page">
          <bdi>{title}</bdi>
        </li>
      </ol>
    </nav>
  );
