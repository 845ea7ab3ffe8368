import { ChevronDown, ChevronUp, FolderOpen, Pause, Play, RotateCcw, Undo2, X } from "lucide-react";
import { type ChangeEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ProgressBar } from "react-aria-components";
import { Link, useLocation } from "react-router";
import { curates, useMe } from "../../accounts/me";
import { session } from "../../api/session";
import { useStore } from "../../api/useStore";
import { Button, buttonClass } from "../../design/Button";
import { text } from "../../text";
import { bytes, duration } from "../../text/format";
import { mineText } from "../../text/mine";
import { pickedFiles, withSizes } from "../adding/files";
import type { Snapshot } from "../queue/snapshot";
import { uploads } from "../sending/uploads";
import { Announcer } from "./Announcer";
import { takeBack } from "./takeBack";
import { UploadList } from "./UploadList";
import styles from "./UploadsPanel.module.css";

/** The uploads, as a bar or a list at the bottom of the window. The panel is absent while the list is empty. */
export function UploadsPanel() {
  const isEmpty = useStore(uploads.snapshot).rows.length === 0;
  return (
    <>
      <Announcer />
      {!isEmpty && <Panel />}
    </>
  );
}

function Panel() {
  const now = useStore(uploads.snapshot);
  // On a phone the open list would cover the page, so the list is closed at first.
  const [isOpen, setIsOpen] = useState(() => matchMedia("(min-width: 641px)").matches);
  const panel = useRef<HTMLElement>(null);
  const hasFocus = useRef(false);

  // The focused button may disappear with its upload.
  useLayoutEffect(() => {
    if (hasFocus.current && document.activeElement === document.body) panel.current?.querySelector("button")?.focus();
  });
  useLayoutEffect(
    () => () => {
      if (hasFocus.current) document.getElementById("content")?.focus({ preventScroll: true });
    },
    [],
  );

  // Reserves space for the panel, so that it does not cover the end of the page or a focused element.
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => {
      if (panel.current) style.setProperty("--tray", `${Math.ceil(panel.current.offsetHeight)}px`);
    });
    if (panel.current) observer.observe(panel.current);
    return () => {
      observer.disconnect();
      style.removeProperty("--tray");
    };
  }, []);

  const { state } = useStore(session);
  const { isBusy, isPaused, retryable } = now;
  return (
    <section
      ref={panel}
      className={styles.panel}
      aria-label={mineText.uploads.title}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={() => {
        hasFocus.current = false;
      }}
    >
      <div className={styles.head}>
        <div className={styles.words}>
          <h2 className={styles.title}>{titleOf(now)}</h2>
          <p className={styles.facts}>
            <Facts now={now} />
          </p>
        </div>
        <Button
          look="quiet"
          aria-expanded={isOpen}
          aria-label={isOpen ? mineText.uploads.collapse : mineText.uploads.expand}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? <ChevronDown size={18} aria-hidden /> : <ChevronUp size={18} aria-hidden />}
        </Button>
        {!isBusy && (
          <Button look="quiet" aria-label={mineText.uploads.dismiss} onClick={() => uploads.clear()}>
            <X size={18} aria-hidden />
          </Button>
        )}
      </div>
      {isBusy && (
        <ProgressBar aria-label={mineText.uploads.title} value={now.share * 100} className={styles.track ?? ""}>
          <div
            className={styles.fill}
            data-still={isPaused || now.wait !== null || state === "ended" || undefined}
            style={{ transform: `scaleX(${now.share})` }}
          />
        </ProgressBar>
      )}
      {isOpen && (
        <>
          {(isBusy || retryable > 0) && (
            <div className={styles.actions}>
              {isBusy && (
                <>
                  <Button onClick={() => (isPaused ? uploads.resume() : uploads.pause())}>
                    {isPaused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
                    {isPaused ? mineText.uploads.resume : mineText.uploads.pause}
                  </Button>
                  <Button onClick={() => uploads.cancel()}>
                    <X size={16} aria-hidden />
                    {mineText.uploads.cancelAll}
                  </Button>
                </>
              )}
              {retryable > 0 && (
                <Button look={isBusy ? "plain" : "primary"} onClick={() => uploads.retryFailed()}>
                  <RotateCcw size={16} aria-hidden />
                  {mineText.uploads.retryFailed(retryable)}
                </Button>
              )}
            </div>
          )}
          <UploadList now={now} />
        </>
      )}
      {now.lost > 0 && <Lost count={now.lost} />}
      <Ending now={now} />
    </section>
  );
}

/** One line for the files whose bytes were lost when their page closed, with a button to choose the files again. */
function Lost({ count }: { count: number }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOther, setOther] = useState(false);
  async function take({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    const files = pickedFiles(currentTarget.files ?? new DataTransfer().files);
    // Otherwise choosing the same folder again would cause no event.
    currentTarget.value = "";
    setOther(uploads.goOn(await withSizes(files)) === 0);
  }
  return (
    <div className={styles.ending}>
      <p role="status">{isOther ? mineText.uploads.notThese : mineText.uploads.lost(count)}</p>
      <Button look="primary" onClick={() => input.current?.click()}>
        <FolderOpen size={16} aria-hidden />
        {mineText.uploads.chooseAgain}
      </Button>
      <input ref={input} type="file" multiple hidden onChange={(event) => void take(event)} {...folders} />
    </div>
  );
}

/** React has no typed prop for this attribute. */
const folders = { webkitdirectory: "" };

/** A link to the last target group, and for admins and editors Undo if visitors see the group's photos at once. */
function Ending({ now: { rows, isBusy, counts } }: { now: Snapshot }) {
  const { pathname } = useLocation();
  const isCurator = curates(useMe().data);
  const last = useMemo(() => rows.findLast((row) => row.target.groupId !== null), [rows]);
  if (last === undefined || last.target.groupId === null) return null;
  const { target, drop } = last;
  const { groupId } = last.target;
  const address = `${isCurator ? "/admin" : "/account"}/groups/${groupId}`;
  const canUndo = isCurator && target.isPublic && (isBusy || counts.done > 0);
  const canOpen = !isBusy && pathname !== address;
  if (!canUndo && !canOpen) return null;
  return (
    <div className={styles.ending}>
      {canUndo && <p>{mineText.uploads.seenIn(target.groupTitle)}</p>}
      {canUndo && (
        <Button look="quiet" onClick={() => void takeBack(groupId, drop)}>
          <Undo2 size={16} aria-hidden />
          {mineText.undo}
        </Button>
      )}
      {canOpen && (
        <Link to={address} className={buttonClass("primary")}>
          {mineText.uploads.openGroup}
        </Link>
      )}
    </div>
  );
}

function titleOf({ isBusy, isPaused, wasCancelled, counts, total, lost }: Snapshot): string {
  if (wasCancelled) return mineText.uploads.cancelled;
  if (!isBusy && lost > 0 && lost === counts.failed) return mineText.uploads.interrupted;
  if (!isBusy) return counts.failed > 0 ? mineText.uploads.failedSome(counts.failed) : mineText.uploads.finished;
  if (!isPaused) return mineText.uploads.uploading(total);
  const underWay = counts.sending + counts.processing;
  return underWay > 0 ? mineText.uploads.pausing(underWay) : mineText.uploads.paused;
}

/** The progress in one line. */
function Facts({ now }: { now: Snapshot }) {
  const { state } = useStore(session);
  const { isBusy, isPaused, counts, wait } = now;
  if (!isBusy) return mineText.uploads.summary(counts.done, counts.duplicate, counts.failed);
  if (state === "ended") return mineText.uploads.signedOut;
  if (wait !== null && !isPaused)
    return (
      <Countdown
        until={wait.until}
        words={wait.why === "busy" ? mineText.uploads.busy : mineText.uploads.unreachable}
      />
    );
  return [
    mineText.uploads.of(now.settled, now.total),
    text.common.percent(now.share),
    now.speed !== null && now.speed > 0 && mineText.uploads.speed(bytes(Math.round(now.speed))),
    now.left !== null && mineText.uploads.left(duration(now.left)),
  ]
    .filter(Boolean)
    .join(" · ");
}

function Countdown({ until, words }: { until: number; words: (wait: string) => string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return words(duration(Math.max(1, Math.ceil((until - now) / 1000))));
}
