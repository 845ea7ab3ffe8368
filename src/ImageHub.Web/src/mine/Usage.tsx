import type { Schemas } from "../api/client";
import { Meter } from "../design/Meter";
import { bytes } from "../text/format";
import { mineText } from "../text/mine";
import styles from "./Usage.module.css";

/** What a user has of their tier: how much is used of how much, and how large a file may be. */
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
