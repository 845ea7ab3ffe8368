import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { isMissing } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { Failure } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import { cancelImport, dismissImport, groupsChanged } from "./changes";
import styles from "./ImportProgress.module.css";
import { importById, isOver } from "./queries";

/** The progress of an import, and its result at the end. */
export function ImportProgress({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(importById(id));
  const over = data !== undefined && isOver(data);

  const part = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);

  useEffect(() => {
    if (!over) return;
    groupsChanged();
    // The button that cancels the import has been removed, possibly with the focus.
    if (hasFocus.current) keepFocus(() => part.current);
  }, [over]);

  // Imports are deleted a month after their end.
  const isGone = isMissing(error);
  useEffect(() => {
    if (isGone) dismissImport(id);
  }, [isGone, id]);

  if (data === undefined) return error && !isGone ? <Failure error={error} again={refetch} /> : null;
  const { state, done, total, uploaded, skipped, failed, failures } = data;
  return (
    // Not a region, because several imports may have the same heading.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form.
    <div
      ref={part}
      role="group"
      tabIndex={-1}
      className={styles.import}
      aria-labelledby={`import-${id}`}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={() => {
        hasFocus.current = false;
      }}
    >
      <h2 id={`import-${id}`} aria-live="polite">
        {deskText.oneDrive.states[state]}
      </h2>
      <p className={styles.facts}>
        {[deskText.oneDrive.progress(done, total), deskText.oneDrive.results(uploaded, skipped, failed)]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {!over && <progress aria-label={deskText.oneDrive.states[state]} max={Math.max(total, 1)} value={done} />}
      {data.error !== null && <p className={styles.error}>{data.error}</p>}
      {failures.length > 0 && (
        <details className={styles.failures}>
          <summary>{deskText.oneDrive.failures(failed)}</summary>
          <ul>
            {failures.map(({ fileName, error: why }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat across folders, and the list only grows.
              <li key={at}>
                {fileName}: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className={styles.actions}>
        {over ? (
          <>
            {uploaded > 0 && (
              <Link to="/admin" className={buttonClass()}>
                {deskText.oneDrive.toGroups}
              </Link>
            )}
            <Button
              look="quiet"
              onClick={() => {
                dismissImport(id);
                keepFocus(() => null);
              }}
            >
              {mineText.dismiss}
            </Button>
          </>
        ) : (
          <Button onClick={() => void cancelImport(id)}>{deskText.oneDrive.cancelImport}</Button>
        )}
      </div>
    </div>
  );
}
