import { mineText } from "../text/mine";
import styles from "./ConnectSteps.module.css";

/** How a phone, a Mac and Windows connect by WebDAV. */
export function ConnectSteps() {
  return (
    <div>
      {mineText.webDav.steps.map(({ title, text }) => (
        <details key={title} className={styles.steps}>
          <summary>{title}</summary>
          <p>{text}</p>
        </details>
      ))}
    </div>
  );
}
