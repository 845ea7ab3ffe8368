import { useEffect, useRef, useState } from "react";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import { uploads } from "../sending/uploads";

const { snapshot } = uploads;

/** Announces the start, every 10 % and the end of uploads to assistive technology. */
export function Announcer() {
  const [message, setMessage] = useState("");
  // On another page the announcements continue at the current progress.
  const told = useRef({ wasBusy: snapshot.get().isBusy, tenth: Math.floor(snapshot.get().share * 10) });

  useEffect(
    () =>
      snapshot.subscribe(() => {
        const { isBusy, wasCancelled, rows, total, settled, share, counts } = snapshot.get();
        const { wasBusy, tenth } = told.current;
        const { announce, summary } = mineText.uploads;
        const { percent } = text.common;
        const now = Math.floor(share * 10);
        told.current = { wasBusy: isBusy, tenth: isBusy ? Math.max(now, wasBusy ? tenth : 0) : 0 };
        if (isBusy && !wasBusy) setMessage(announce.started(total, rows.at(-1)?.target.groupTitle ?? ""));
        else if (isBusy && now > tenth) setMessage(announce.progress(percent(now / 10), settled, total));
        else if (!isBusy && wasBusy)
          setMessage(
            wasCancelled
              ? mineText.uploads.cancelled
              : announce.finished(summary(counts.done, counts.duplicate, counts.failed)),
          );
      }),
    [],
  );

  return (
    <p role="status" className="visuallyHidden">
      {message}
    </p>
  );
}
