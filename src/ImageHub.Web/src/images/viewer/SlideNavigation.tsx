import { ChevronLeft, ChevronRight } from "lucide-react";
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import {
  ACTION_SWIPE,
  createModule,
  MODULE_NAVIGATION,
  type Plugin,
  type Slide,
  useController,
  useEvents,
  useLightboxProps,
  useLightboxState,
} from "yet-another-react-lightbox";
import { Button } from "../../design/Button";
import { viewerText as text } from "../../text/viewer";
import styles from "./Viewer.module.css";

/** The ways from the photo that is looked at to others. */
export interface NavigationHandle {
  /** To a neighbour. */
  by: (step: 1 | -1) => void;
  /** To the photo at a place among those that have come, from 0. */
  to: (place: number) => void;
  toStart: () => void;
  /** To the last one, by way of those that still have to come. */
  toEnd: () => void;
}

declare module "yet-another-react-lightbox" {
  interface LightboxProps {
    /** The photos that have come, and whether further ones are being loaded in front of and behind them. */
    stillToCome?: { slides: readonly Slide[]; before: boolean; after: boolean };
    /** Where the ways to others are put. */
    navigationRef?: Ref<NavigationHandle>;
  }
}

/**
 * The way to the neighbours and to the ends, in place of the viewer's own: that takes two presses within 70 ms for one, and
 * forgets those at the end of what has been loaded.
 */
export const SlideNavigation: Plugin = ({ replace }) =>
  replace(MODULE_NAVIGATION, createModule(MODULE_NAVIGATION, Navigation));

function Navigation() {
  const { prev, next } = useController();
  const { publish } = useEvents();
  const { stillToCome, navigationRef } = useLightboxProps();
  const { slides, currentIndex } = useLightboxState();
  // The viewer takes over a page that has come one rendering later.
  const isBehind = stillToCome !== undefined && stillToCome.slides !== slides;
  const before = isBehind || (stillToCome?.before ?? false);
  const after = isBehind || (stillToCome?.after ?? false);
  const last = slides.length - 1;
  /** Where it goes: several presses may come before any of them is rendered. */
  const to = useRef(currentIndex);
  /** SlideNavigation that wait for photos to be loaded, forward or (negative) back; endless on the way to an end. */
  const pendingSteps = useRef(0);

  /** Goes there: to a neighbour in sight of both, to others at once. */
  const turn = (place: number) => {
    const by = place - to.current;
    to.current = place;
    if (Math.abs(by) === 1) (by > 0 ? next : prev)();
    else if (by !== 0) publish(ACTION_SWIPE, { type: "swipe", increment: by, duration: 0 });
  };
  const go = (by: 1 | -1) => {
    if (!Number.isFinite(pendingSteps.current)) pendingSteps.current = 0;
    const isAtEnd = to.current === (by > 0 ? last : 0);
    if (pendingSteps.current !== 0 || (isAtEnd && (by > 0 ? after : before))) pendingSteps.current += by;
    else if (!isAtEnd) turn(to.current + by);
  };
  const jump = (place: number, rest = 0) => {
    pendingSteps.current = rest;
    turn(place);
  };
  useImperativeHandle(navigationRef, () => ({
    by: go,
    to: jump,
    toStart: () => jump(0, before ? Number.NEGATIVE_INFINITY : 0),
    toEnd: () => jump(last, after ? Number.POSITIVE_INFINITY : 0),
  }));

  useLayoutEffect(() => {
    to.current = currentIndex;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is pendingSteps is paid when there is something new to pay it with.
  useEffect(() => {
    const by = Math.max(-currentIndex, Math.min(pendingSteps.current, last - currentIndex));
    pendingSteps.current -= by;
    if (by !== 0) turn(to.current + by);
    // Nothing comes any more on that side.
    if (pendingSteps.current > 0 ? !after : !before) pendingSteps.current = 0;
  }, [last, currentIndex, before, after]);

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
  const name = to === "prev" ? text.previous : text.next;
  return (
    <Button
      look="quiet"
      className={styles[to]}
      aria-label={name}
      title={atEnd ? text.end[to] : name}
      inactive={atEnd}
      onClick={onPress}
      data-chrome
    >
      <Icon size={28} aria-hidden />
    </Button>
  );
}
