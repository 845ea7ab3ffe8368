import type { Schemas } from "../api/client";
import { Meter } from "../design/Meter";
import { bytes } from "../text/format";
import { mineText } from "../text/mine";
import styles from "./Usage.module.css";

/** The user's tier: used and total storage, and the maximum size of a file. */
export function Usage({ usedBytes, tier }: Pick<Schemas["Me"], "usedBytes" | "tier">) {
  if (!tier) return null;
  const { name, quotaBytes, maxFileBytes } = tier;
  const used = mineText.used(bytes(usedBytes), quotaBytes === null ? null : bytes(quotaBytes));
  return (
    <div className={styles.usage}>
      <p>
        {[mineText.tier(name), used, maxFileBytes !== null && mineText.largest(bytes(maxFileBytes))]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {quotaBytes !== null && <Meter used={usedBytes} total={quotaBytes} label={used} />}
    </div>
  );
}
