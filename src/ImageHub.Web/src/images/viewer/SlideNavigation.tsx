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

/** Functions that move to another photo. */
export interface NavigationHandle {
  /** Moves to a neighbour. */
  by: (step: 1 | -1) => void;
  /** Moves to a loaded photo by its index, from 0. */
  to: (place: number) => void;
  toStart: () => void;
  /** Moves to the last photo. While the caller is still loading photos, moves to the last loaded photo first. */
  toEnd: () => void;
}

declare module "yet-another-react-lightbox" {
  interface LightboxProps {
    /** The loaded photos, and whether more are being loaded before and after them. */
    stillToCome?: { slides: readonly Slide[]; before: boolean; after: boolean };
    /** Receives the functions that move to another photo. */
    navigationRef?: Ref<NavigationHandle>;
  }
}

/** The time in milliseconds after which the last loaded photo is shown, if the rest of the photos has not arrived. */
const showLastAfter = 400;

/** Replaces the lightbox's own navigation, which merges two presses within 70 ms and drops presses at the end of the loaded photos. */
export const SlideNavigation: Plugin = ({ replace }) =>
  replace(MODULE_NAVIGATION, createModule(MODULE_NAVIGATION, Navigation));

function Navigation() {
  const { prev, next } = useController();
  const { publish } = useEvents();
  const { stillToCome, navigationRef } = useLightboxProps();
  const { slides, currentIndex } = useLightboxState();
  // The lightbox shows newly loaded slides one rendering later.
  const isBehind = stillToCome !== undefined && stillToCome.slides !== slides;
  const before = isBehind || (stillToCome?.before ?? false);
  const after = isBehind || (stillToCome?.after ?? false);
  const last = slides.length - 1;
  /** The target index. Several presses may precede the next rendering. */
  const to = useRef(currentIndex);
  /** Steps that wait for photos to load, negative for backward steps, infinite on the way to an end. */
  const pendingSteps = useRef(0);

  const lastLoaded = useRef(last);
  const late = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isOnTheWay = () => pendingSteps.current === Number.POSITIVE_INFINITY && to.current < lastLoaded.current;

  /** Moves to an index: to a neighbour with an animation, otherwise at once. */
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
    toEnd: () => {
      if (!after) jump(last);
      else {
        pendingSteps.current = Number.POSITIVE_INFINITY;
        late.current = setTimeout(() => isOnTheWay() && turn(lastLoaded.current), showLastAfter);
      }
    },
  }));

  useLayoutEffect(() => {
    to.current = currentIndex;
    lastLoaded.current = last;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: pending steps are made up when photos have loaded or the position has changed.
  useEffect(() => {
    const isForward = pendingSteps.current > 0;
    const mayGoOn = isForward ? after : before;
    if (!Number.isFinite(pendingSteps.current)) {
      const end = isForward ? last : 0;
      if (to.current !== end) {
        clearTimeout(late.current);
        turn(end);
      }
      // The jump stays pending until the end is shown: the lightbox loses a jump that coincides with new slides.
      if (currentIndex === end && !mayGoOn) pendingSteps.current = 0;
      return;
    }
    const by = Math.max(-currentIndex, Math.min(pendingSteps.current, last - currentIndex));
    pendingSteps.current = mayGoOn ? pendingSteps.current - by : 0;
    if (by !== 0) turn(to.current + by);
  }, [slides, currentIndex, before, after]);

  return (
    <>
      <Step to="prev" atEnd={currentIndex === 0 && !before} onPress={() => go(-1)} />
      <Step to="next" atEnd={currentIndex === last && !after} onPress={() => go(1)} />
    </>
  );
}

/** A button to a neighbour. At an end it is inactive, but keeps its place and the focus. */
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
