import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import {
  createModule,
  EVENT_ON_KEY_DOWN,
  MODULE_NAVIGATION,
  type Plugin,
  type Slide,
  useController,
  useLightboxProps,
  useLightboxState,
} from "yet-another-react-lightbox";
import { Button } from "../design/Button";
import { text } from "../text";
import styles from "./Viewer.module.css";

declare module "yet-another-react-lightbox" {
  interface LightboxProps {
    /** The photos that have come, and whether further ones are being loaded in front of and behind them. */
    stillToCome?: { slides: readonly Slide[]; before: boolean; after: boolean };
  }
}

/**
 * The way to the neighbours, by button and arrow key, in place of the viewer's own: that takes two presses within 70 ms for one, and
 * forgets those at the end of what has been loaded.
 */
export const Steps: Plugin = ({ replace }) => replace(MODULE_NAVIGATION, createModule(MODULE_NAVIGATION, Navigation));

function Navigation() {
  const { prev, next, close, subscribeSensors } = useController();
  const { controller, stillToCome } = useLightboxProps();
  const { slides, currentIndex } = useLightboxState();
  // The viewer takes over a page that has come one rendering later.
  const isBehind = stillToCome !== undefined && stillToCome.slides !== slides;
  const before = isBehind || (stillToCome?.before ?? false);
  const after = isBehind || (stillToCome?.after ?? false);
  const last = slides.length - 1;
  /** Where it goes: several presses may come before any of them is rendered. */
  const to = useRef(currentIndex);
  /** Steps that wait for photos to be loaded, forward or (negative) back. */
  const owed = useRef(0);

  const go = (by: 1 | -1) => {
    const isAtEnd = to.current === (by > 0 ? last : 0);
    if (owed.current !== 0 || (isAtEnd && (by > 0 ? after : before))) owed.current += by;
    else if (!isAtEnd) {
      to.current += by;
      (by > 0 ? next : prev)();
    }
  };
  const press = useRef<(key: string) => boolean>(() => false);
  // Once it is shown: a rendering that a press interrupts knows photos which the viewer has not taken over yet.
  useLayoutEffect(() => {
    press.current = (key) => {
      if (key === "ArrowLeft") go(-1);
      else if (key === "ArrowRight") go(1);
      else if (key === "Escape" && controller.closeOnEscape) close();
      else return false;
      return true;
    };
  });
  useEffect(
    () => subscribeSensors(EVENT_ON_KEY_DOWN, (event) => press.current(event.key) && event.stopPropagation()),
    [subscribeSensors],
  );

  useLayoutEffect(() => {
    to.current = currentIndex;
  });
  useEffect(() => {
    const forward = Math.min(owed.current, last - currentIndex);
    const back = Math.min(-owed.current, currentIndex);
    if (forward > 0) next({ count: forward });
    else if (back > 0) prev({ count: back });
    owed.current -= forward > 0 ? forward : back > 0 ? -back : 0;
    // Nothing comes any more on that side.
    if (owed.current > 0 ? !after : !before) owed.current = 0;
  }, [last, currentIndex, before, after, next, prev]);

  return (
    <>
      <Step to="prev" atEnd={currentIndex === 0 && !before} onPress={() => go(-1)} />
      <Step to="next" atEnd={currentIndex === last && !after} onPress={() => go(1)} />
    </>
  );
}

/** To a neighbour. At an end the button stays, keeps the focus and says so. */
function Step({ to, atEnd, onPress }: { to: "prev" | "next"; atEnd: boolean; onPress: () => void }) {
  const Icon = to === "prev" ? ChevronLeft : ChevronRight;
  const name = to === "prev" ? text.viewer.previous : text.viewer.next;
  return (
    <Button
      look="quiet"
      className={styles[to]}
      aria-label={name}
      title={atEnd ? text.viewer.end[to] : name}
      inactive={atEnd}
      onClick={onPress}
    >
      <Icon size={28} aria-hidden />
    </Button>
  );
}
