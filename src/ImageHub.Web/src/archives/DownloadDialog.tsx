import { Download } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { LightDialog } from "../design/overlays/LightDialog";
import { text } from "../text";
import { bytes } from "../text/format";
import { guestText } from "../text/guest";
import { type ArchiveOf, createArchive, explainArchive, highPixels } from "./archives";
import styles from "./DownloadDialog.module.css";

/** Asks for the size of the photos, creates a ZIP of them, shows the ZIP's size and starts the download. */
export function DownloadDialog({
  of,
  count,
  hasFull,
  ids,
  onClose,
}: {
  of: ArchiveOf;
  /** The number of photos. */
  count: number;
  /** Whether the full size may be downloaded. */
  hasFull: boolean;
  /** Absent for all photos. */
  ids?: string[];
  onClose: () => void;
}) {
  const words = guestText.download;
  const [state, setState] = useState<"asks" | "makes" | { failed: string } | { made: Schemas["NewArchive"] }>("asks");
  const [isWaiting, setWaiting] = useState(false);
  const timer = useRef(0);
  const request = useRef<AbortController>(null);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      request.current?.abort();
    },
    [],
  );
  const busy = state === "makes" || isWaiting;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const variant = hasFull && new FormData(event.currentTarget).get("size") === "full" ? "full" : "high";
    setState("makes");
    const controller = new AbortController();
    request.current = controller;
    try {
      const made = await createArchive(of, variant, ids, controller.signal);
      setState({ made });
      const link = document.createElement("a");
      link.href = made.url;
      link.download = "";
      link.click();
    } catch (error) {
      if (controller.signal.aborted) return;
      setState({ failed: explainArchive(error) });
      // The server refuses further requests until the time in `Retry-After` has passed.
      if (error instanceof Problem && error.isTemporary && error.retryAfter !== null) {
        setWaiting(true);
        timer.current = window.setTimeout(setWaiting, error.retryAfter * 1000, false);
      }
    }
  }

  const made = typeof state === "object" && "made" in state ? state.made : undefined;
  return (
    <LightDialog title={words.title(count)} onClose={onClose}>
      {(close) => (
        <form onSubmit={submit} className={styles.form}>
          {made === undefined && !hasFull && <p>{words.high(highPixels)}</p>}
          {made === undefined && hasFull && (
            <fieldset className={styles.sizes}>
              <legend className="visuallyHidden">{words.size}</legend>
              <label>
                <input type="radio" name="size" value="full" defaultChecked />
                {words.full}
              </label>
              <label>
                <input type="radio" name="size" value="high" aria-describedby="high-hint" />
                {words.high(highPixels)}
              </label>
              <p id="high-hint">{words.highHint}</p>
            </fieldset>
          )}
          <p role="status" className={styles.state}>
            {state === "makes" && words.preparing}
            {made && (
              <>
                <strong>{words.ready(made.files, bytes(made.bytes))}</strong> {words.begun}
              </>
            )}
          </p>
          {typeof state === "object" && "failed" in state && <p role="alert">{state.failed}</p>}
          <div className={styles.actions}>
            <Button onClick={close}>{made ? text.common.close : text.common.cancel}</Button>
            {made ? (
              <a ref={focusOn} href={made.url} download className={buttonClass()}>
                {words.again}
              </a>
            ) : (
              <Button type="submit" look="primary" inactive={busy}>
                <Download size={16} aria-hidden />
                {words.start}
              </Button>
            )}
          </div>
        </form>
      )}
    </LightDialog>
  );
}

/** Focuses the element that replaces the focused button. */
const focusOn = (element: HTMLElement | null) => element?.focus();
