import { text } from "../text";
import styles from "./Waiting.module.css";

/** The placeholder of loading content. */
export const Waiting = () => <div className={styles.waiting} role="status" aria-label={text.common.loading} />;
