import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { forAllTabs } from "../../api/storage";

/** The offered intervals, in seconds. */
export const intervals = [3, 5, 10, 20];

const stored = "imagehub.slideshow";

/** The slideshow. Once a photo has loaded, it stays for the interval. The screen stays on while the slideshow plays. */
export function useSlideshow({
  viewed,
  isThere,
  plays,
  goOn,
}: {
  viewed: string;
  isThere: boolean;
  /** Whether the slideshow plays as soon as the viewer opens. */
  plays: boolean;
  goOn: () => void;
}) {
  const [isPlaying, setPlaying] = useState(plays);
  const [seconds, setSeconds] = useState(() => Number(forAllTabs.get(stored)) || 5);
  const latest = useRef(goOn);
  useLayoutEffect(() => {
    latest.current = goOn;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each photo restarts the interval.
  useEffect(() => {
    if (!isPlaying || !isThere) return;
    const timer = setTimeout(() => latest.current(), seconds * 1000);
    return () => clearTimeout(timer);
  }, [isPlaying, isThere, seconds, viewed]);
  useEffect(() => {
    if (isPlaying) return keepAwake();
  }, [isPlaying]);
  return {
    isPlaying,
    seconds,
    toggle: () => setPlaying(!isPlaying),
    pause: () => setPlaying(false),
    setSeconds: (value: number) => {
      forAllTabs.set(stored, String(value));
      setSeconds(value);
    },
  };
}

export type Slideshow = ReturnType<typeof useSlideshow>;

/** Keeps the screen on where the browser supports wake locks. */
function keepAwake() {
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  const ask = () => {
    // Browsers release the lock when the page is hidden.
    if (document.visibilityState === "visible") lock = navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    document.removeEventListener("visibilitychange", ask);
    void lock?.then((held) => held?.release());
  };
}
