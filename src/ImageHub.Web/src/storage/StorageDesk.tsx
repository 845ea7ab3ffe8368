import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import type { CSSProperties } from "react";
import type { Schemas } from "../api/client";
import { PageHead } from "../design/PageHead";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { deskText } from "../text/desk";
import { bytes, dateTime } from "../text/format";
import { mineText } from "../text/mine";
import { Growth } from "./Growth";
import { LostFiles } from "./LostFiles";
import { health, storage } from "./queries";
import styles from "./StorageDesk.module.css";

/** The shade of a part by its index. */
const shade = (at: number) => ({ "--at": at }) as CSSProperties;

/** `/admin/storage`: the used storage, and the health of the services that the server depends on. */
export function StorageDesk() {
  const use = useQuery(storage);
  const checked = useQuery(health);
  const parts = use.data && Object.entries(use.data.bytes);
  const total = parts?.reduce((sum, [, size]) => sum + size, 0) ?? 0;

  return (
    <>
      <PageTitle>{mineText.desk.storage}</PageTitle>
      <PageHead title={mineText.desk.storage} />
      {use.error && use.data === undefined && <Failure error={use.error} again={use.refetch} />}
      {use.data && parts && (
        <section className={styles.section} aria-label={deskText.storage.use}>
          <dl className={styles.totals}>
            <div>
              <dt>{deskText.storage.images}</dt>
              <dd>{text.common.count(use.data.images)}</dd>
            </div>
            <div>
              <dt>{deskText.storage.total}</dt>
              <dd>{bytes(total)}</dd>
            </div>
            {use.data.freeBytes != null && (
              <div>
                <dt>{deskText.storage.free}</dt>
                <dd>{bytes(use.data.freeBytes)}</dd>
              </div>
            )}
          </dl>
          {/* The legend below has the same data. */}
          <div className={styles.stack} aria-hidden>
            {parts.map(([name, size], at) => (
              <span key={name} style={{ ...shade(at), flexGrow: size / Math.max(total, 1) }} />
            ))}
          </div>
          <ul className={styles.parts}>
            {parts.map(([name, size], at) => (
              <li key={name} className={styles.part}>
                <span className={styles.key} style={shade(at)} aria-hidden />
                <span>{deskText.storage.parts[name as keyof typeof use.data.bytes]}</span>
                <span className={styles.size}>{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className={styles.sides}>
        {use.data && <Growth months={use.data.added} />}
        {use.data && use.data.damaged > 0 && <LostFiles total={use.data.damaged} />}
        <section className={styles.section} aria-labelledby="health">
          <h2 id="health">{deskText.storage.health}</h2>
          {checked.error && <Failure error={checked.error} again={checked.refetch} />}
          {checked.data && !checked.error && (
            <ul aria-live="polite">
              {checksOf(checked.data).map(([name, state]) => (
                <li key={name} className={styles.check}>
                  {state === "ok" ? (
                    <CircleCheck size={18} aria-hidden className={styles.good} />
                  ) : (
                    <CircleAlert size={18} aria-hidden className={styles.bad} />
                  )}
                  {deskText.storage.checks[name]}
                  <span className={styles.state}>{nameOf(state)}</span>
                </li>
              ))}
            </ul>
          )}
          {use.data && (
            <p className={styles.checked}>
              {use.data.checkedAt ? deskText.storage.checked(dateTime(use.data.checkedAt)) : deskText.storage.unchecked}
            </p>
          )}
          {use.data && (
            <p className={styles.checked}>
              {use.data.lastBackup
                ? deskText.storage.backup(
                    dateTime(use.data.lastBackup.at),
                    use.data.lastBackup.objects,
                    bytes(use.data.lastBackup.bytes),
                  )
                : deskText.storage.noBackup}
            </p>
          )}
        </section>
      </div>
    </>
  );
}

/** The services and their health. Redis and scheduled backups are optional, and the workers appear only without their sandbox. */
function checksOf({ checks: { database, storage, redis, workers, backup } }: Schemas["Readiness"]) {
  const parts = { database, storage, ...(redis && { redis }), ...(workers && { workers }), ...(backup && { backup }) };
  return Object.entries(parts) as [keyof typeof deskText.storage.checks, string][];
}

/** The state of a service in words, or the server's own word for an unknown state. */
const nameOf = (state: string) => deskText.storage.states[state as keyof typeof deskText.storage.states] ?? state;
