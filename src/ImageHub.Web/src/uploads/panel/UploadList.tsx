import { useVirtualizer } from "@tanstack/react-virtual";
import { Check, CircleAlert, CircleCheckBig, Clock, LoaderCircle, X } from "lucide-react";
import { memo, useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { Button } from "../../design/Button";
import { text } from "../../text";
import { bytes } from "../../text/format";
import { mineText } from "../../text/mine";
import type { Row } from "../queue/rows";
import type { Snapshot } from "../queue/snapshot";
import { isSettled } from "../queue/summary";
import { uploads } from "../sending/uploads";
import styles from "./UploadList.module.css";

/** The list of files. The document contains only the visible rows and a few rows around them. */
export function UploadList({ now: { rows: all, firstOpen: open, lost, hasSeveralTargets } }: { now: Snapshot }) {
  // Lost files are summed up in one line of the panel.
  const rows = lost > 0 ? all.filter(({ file }) => file !== null) : all;
  const firstOpen = rows === all || open < 0 ? open : rows.findIndex(({ status }) => !isSettled(status));

  const list = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    getItemKey: (index) => rows[index]?.id ?? index,
    estimateSize: () => 56,
    overscan: 6,
    useFlushSync: false,
  });

  // Until the user scrolls the list, it follows the current files and finally shows the failed files.
  const shown = firstOpen >= 0 ? firstOpen : rows.findIndex(({ status }) => status === "failed");
  useEffect(() => {
    // scrollToIndex would check the position in the next frames and force a layout in each.
    const start = virtual.measurementsCache[Math.max(0, shown - 1)]?.start;
    if (isFollowing.current && shown >= 0 && start !== undefined) list.current?.scrollTo(0, start);
  }, [shown, virtual]);
  useEffect(() => {
    const stop = () => {
      isFollowing.current = false;
    };
    for (const move of ["wheel", "touchmove", "pointerdown", "keydown"])
      list.current?.addEventListener(move, stop, { passive: true });
  }, []);

  // When a row is removed, the focus moves to the row in its place.
  const removed = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (removed.current === null || document.activeElement !== document.body) return;
    const at = Math.min(removed.current, rows.length - 1);
    list.current?.querySelector<HTMLElement>(`[data-index="${at}"] button`)?.focus({ preventScroll: true });
    removed.current = null;
  }, [rows]);
  const remove = useCallback((id: number, index: number) => {
    removed.current = index;
    uploads.remove(id);
  }, []);

  return (
    <div ref={list} className={styles.list}>
      <ul className={styles.all} aria-label={mineText.uploads.list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                className={styles.item}
                style={{ transform: `translateY(${start}px)` }}
              >
                <UploadRow row={row} showsGroup={hasSeveralTargets} index={index} onRemove={remove} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

const icons = {
  queued: Clock,
  sending: LoaderCircle,
  processing: LoaderCircle,
  done: Check,
  duplicate: CircleCheckBig,
  failed: CircleAlert,
};

const UploadRow = memo(function UploadRow({
  row,
  showsGroup,
  index,
  onRemove,
}: {
  row: Row;
  /** Whether the files have several targets. */
  showsGroup: boolean;
  index: number;
  onRemove: (id: number, index: number) => void;
}) {
  const { id, name, size, folder, target, status, share, reason } = row;
  const Icon = icons[status];
  const remove = isSettled(status) ? mineText.uploads.remove(name) : mineText.uploads.cancel(name);
  return (
    <div className={styles.row} data-status={status}>
      <Icon size={18} aria-hidden className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.name} title={folder === "" ? name : `${folder}/${name}`}>
          {name}
        </p>
        <p className={styles.facts}>
          <span className={styles.status}>
            {mineText.uploads.statuses[status]}
            {status === "sending" && ` ${text.common.percent(share)}`}
          </span>
          {reason !== null ? `: ${reason}` : ` · ${bytes(size)}`}
          {showsGroup && ` · ${target.groupTitle}`}
        </p>
        {status === "sending" && (
          <div className={styles.track} aria-hidden>
            <div className={styles.fill} style={{ transform: `scaleX(${share})` }} />
          </div>
        )}
      </div>
      <Button look="quiet" className={styles.remove} aria-label={remove} onClick={() => onRemove(id, index)}>
        <X size={16} aria-hidden />
      </Button>
    </div>
  );
});
