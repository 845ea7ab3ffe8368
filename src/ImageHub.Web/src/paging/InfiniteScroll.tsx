import { useEffect, useRef } from "react";
import { text } from "../text";
import styles from "./InfiniteScroll.module.css";

interface Scroll {
  load: () => unknown;
  /** Whether the next page is being loaded. */
  busy: boolean;
  /** Whether a call of `load` would have no effect, for example while the list is read again. */
  waits?: boolean;
}

/**
 * Loads the next page of a list before its end comes into view. Place it below the list; it hides the footer until
 * the list is complete.
 */
export function InfiniteScroll({ load, busy, waits = busy }: Scroll) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || waits) return;
    // A busy browser reports several changes at once. Only the last one is the current state.
    const look = (entries: IntersectionObserverEntry[]) => entries.at(-1)?.isIntersecting && load();
    const observer = new IntersectionObserver(look, { rootMargin: "1000px" });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [load, waits]);
  return (
    <div ref={place} className={styles.next} role="status" data-more>
      {busy && text.group.loadingMore}
    </div>
  );
}
