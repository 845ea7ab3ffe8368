import { type ReactNode, useDeferredValue } from "react";

/** Content whose first rendering waits until more urgent renderings are done. */
export function Deferred({
  waits,
  children,
}: {
  /** Whether the first rendering waits. A later change has no effect. */
  waits: boolean;
  children: ReactNode;
}) {
  return useDeferredValue(true, !waits) && children;
}
