import { CloudOff, History, WifiOff } from "lucide-react";
import { connection } from "../api/connection";
import { useStore } from "../api/useStore";
import { text } from "../text";
import styles from "./ConnectionBanner.module.css";

const icons = { offline: WifiOff, down: CloudOff, stale: History };

/** Reports that the server is unreachable or busy, or that the page may be outdated. */
export function ConnectionBanner() {
  const now = useStore(connection);
  const Icon = now === "ok" ? null : icons[now];
  return (
    <div className={styles.place}>
      <div role="status">
        {Icon !== null && now !== "ok" && (
          <p className={styles.banner}>
            <Icon size={16} aria-hidden />
            {text.connection[now]}
          </p>
        )}
      </div>
    </div>
  );
}
