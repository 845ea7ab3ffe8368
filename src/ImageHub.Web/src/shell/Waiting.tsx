import { text } from "../text";
import styles from "./Waiting.module.css";

/** The place of what is still to come. */
export const Waiting = () => <div className={styles.waiting} role="status" aria-label={text.common.loading} />;
