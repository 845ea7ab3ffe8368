import { useEffect, useState } from "react";

/** How long nothing moves before the viewer shows the photo alone, in milliseconds. */
const rest = 3_000;

/**
 * Whether nobody has moved, pressed or touched anything for a while. Nobody is idle whose focus is on a control by the keyboard, or who has
 * something open.
 */
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
      timer = setTimeout(() => (isAtWork() ? wait() : set(true)), rest);
    };
    const wake = () => {
      if (idle) set(false);
      wait();
    };
    const move = ({ screenX, screenY }: PointerEvent) => {
      // Browsers also tell of a pointer that rests while what is below it changes.
      if (place !== `${screenX} ${screenY}`) wake();
      place = `${screenX} ${screenY}`;
    };
    // A finger cannot hover: its first touch brings back what there is to press, and presses nothing.
    const down = ({ pointerType }: PointerEvent) => {
      swallowsClick = idle && pointerType === "touch";
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
