import { useEffect, useSyncExternalStore } from "react";

/** Whether the page fills the screen, and what changes it; `toggle` is absent where browsers do not allow it. It ends with the viewer. */
export function useFullScreen() {
  const isOn = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  useEffect(() => () => void leave(), []);
  return { isOn, toggle: document.fullscreenEnabled ? toggle : undefined };
}

const subscribe = (listener: () => void) => {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
};

const leave = async () => {
  if (document.fullscreenElement !== null) await document.exitFullscreen().catch(() => undefined);
};

// All of the page: what opens above the viewer is in it, too. A browser may refuse.
const toggle = () =>
  void (document.fullscreenElement === null
    ? document.documentElement.requestFullscreen().catch(() => undefined)
    : leave());
