import styles from "./Meter.module.css";

/** Used storage as a bar. Its colour changes at 90 % of the total. */
export const Meter = ({ used, total, label }: { used: number; total: number; label: string }) => (
  <meter
    className={styles.meter}
    min={0}
    max={Math.max(total, 1)}
    high={total * 0.9}
    value={Math.min(used, total)}
    aria-label={label}
  />
);
