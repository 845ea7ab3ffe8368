import { useEffect, useRef } from "react";
import { text } from "../text";
import styles from "./InfiniteScroll.module.css";

/**
 * Loads the next page of a list before its end comes into view. Place it below the list; it hides the footer until
 * the list is complete.
 */
export function InfiniteScroll({ load, busy }: { load: () => unknown; busy: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || busy) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load(), { rootMargin: "1000px" });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [load, busy]);
  return (
    <div ref={place} className={styles.next} role="status" data-more>
      {busy && text.group.loadingMore}
    </div>
  );
}
