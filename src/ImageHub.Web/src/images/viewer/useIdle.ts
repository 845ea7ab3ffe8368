import { useEffect, useState } from "react";

/** The time without input after which the controls are hidden, in milliseconds. */
const idleAfter = 3_000;

/** Whether the user is idle: no movement, key or touch for a while. A user with a keyboard-focused control or an open panel is not idle. */
export function useIdle() {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    let idle = false;
    let swallowsClick = false;
    let place = "";
    let timer: ReturnType<typeof setTimeout>;
    const set = (value: boolean) => {
      idle = value;
      setIdle(value);
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => (isAtWork() ? wait() : set(true)), idleAfter);
    };
    const wake = () => {
      if (idle) set(false);
      wait();
    };
    const move = ({ screenX, screenY }: PointerEvent) => {
      // Browsers also send move events when the content below a resting pointer changes.
      if (place !== `${screenX} ${screenY}`) wake();
      place = `${screenX} ${screenY}`;
    };
    // Touch screens cannot hover: a touch on hidden controls only shows them again.
    const down = ({ pointerType, target }: PointerEvent) => {
      swallowsClick =
        idle && pointerType === "touch" && (target as Element).closest(".yarl__toolbar, [data-chrome]") !== null;
      wake();
    };
    const click = (event: MouseEvent) => {
      if (!swallowsClick) return;
      swallowsClick = false;
      event.preventDefault();
      event.stopPropagation();
    };
    wait();
    addEventListener("pointermove", move, true);
    addEventListener("pointerdown", down, true);
    addEventListener("click", click, true);
    for (const event of others) addEventListener(event, wake, true);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointermove", move, true);
      removeEventListener("pointerdown", down, true);
      removeEventListener("click", click, true);
      for (const event of others) removeEventListener(event, wake, true);
    };
  }, []);
  return isIdle;
}

const others = ["keydown", "wheel", "focusin"] as const;

const isAtWork = () =>
  document.querySelector("dialog[open], [role=alertdialog], [data-viewer-open] [aria-expanded=true]") !== null ||
  document.activeElement?.matches(":is(a, button, select):focus-visible") === true;
