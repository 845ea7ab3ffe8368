import { type ReactNode, useDeferredValue } from "react";

/** Content whose first rendering waits until more urgent renderings are done. */
export function Deferred({
  waits,
  children,
}: {
  /** Whether the first rendering waits. The wait ends when this becomes false. */
  waits: boolean;
  children: ReactNode;
}) {
  const isDue = useDeferredValue(true, !waits);
  return (isDue || !waits) && children;
}
