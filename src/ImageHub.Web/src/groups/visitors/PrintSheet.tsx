import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { Photograph } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { Button } from "../../design/Button";
import type { PagesOf } from "../../images/viewer/viewerContext";
import { text } from "../../text";
import styles from "./PrintSheet.module.css";

/**
 * All photos of a group in print quality. Printing starts once each image has loaded or failed. If a page of the list fails, the
 * loaded photos are printed. A button and Escape cancel the preparation.
 */
export function PrintSheet({ images, onDone }: { images: PagesOf<Photograph>; onDone: () => void }) {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = images;
  // The ids of the photos that have loaded or failed. A photo that failed may be fetched again.
  const [settled, setSettled] = useState<ReadonlySet<string>>(new Set());
  const [isReady, setReady] = useState(false);
  const all = itemsOf<Photograph>(images.data);
  const isWhole = !hasNextPage || isFetchNextPageError;

  useEffect(() => {
    // A request for the list may be under way and must not be cancelled.
    if (!isWhole && !isFetching) void fetchNextPage({ cancelRefetch: false });
  }, [isWhole, isFetching, fetchNextPage]);
  useEffect(() => {
    if (isWhole && settled.size >= all.length) setReady(true);
  }, [isWhole, settled, all.length]);
  useEffect(() => {
    if (!isReady) return;
    addEventListener("afterprint", onDone, { once: true });
    // Removes the progress message before printing.
    flushSync(() => undefined);
    print();
    return () => removeEventListener("afterprint", onDone);
  }, [isReady, onDone]);

  useEffect(() => {
    const listen = ({ key }: KeyboardEvent) => key === "Escape" && onDone();
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [onDone]);

  const settle = (id: string) => setSettled((before) => new Set(before).add(id));
  return (
    <div className={styles.place}>
      {!isReady && (
        <div className={styles.preparing}>
          <p role="status">{text.group.printing(settled.size)}</p>
          <Button onClick={onDone}>{text.common.cancel}</Button>
        </div>
      )}
      <div className={styles.sheet} data-print-sheet>
        {all.map(({ id, title, high }) => (
          <figure key={id} className={styles.photo}>
            <img
              src={high.url}
              width={high.width}
              height={high.height}
              alt=""
              onLoad={() => settle(id)}
              onError={() => settle(id)}
            />
            {title && <figcaption>{title}</figcaption>}
          </figure>
        ))}
      </div>
    </div>
  );
}
