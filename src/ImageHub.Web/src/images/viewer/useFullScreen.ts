import { useEffect, useSyncExternalStore } from "react";

/** The full-screen state of the page. `toggle` is absent where the browser does not allow it. Leaving the viewer ends full screen. */
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

// The whole page becomes full screen, so that dialogs above the viewer stay visible. A browser may refuse.
const toggle = () =>
  void (document.fullscreenElement === null
    ? document.documentElement.requestFullscreen().catch(() => undefined)
    : leave());
