import type { Photograph } from "../../api/client";

/** A focus point as fractions of the photo's width and height, from the top left; null: the centre. */
export type Focus = NonNullable<Photograph["focus"]> | null;

const centre = { x: 0.5, y: 0.5 };

/** The steps of the arrow keys: 5 %, and 1 % with Shift. */
const [step, fineStep] = [0.05, 0.01];

const directions: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The coordinates of a focus point in percent. */
export function percentOf(focus: Focus) {
  const { x, y } = focus ?? centre;
  return { x: Math.round(x * 100), y: Math.round(y * 100) };
}

/** The focus point at a position of the pointer in the photo's box. A position outside the box counts as the nearest position inside. */
export const focusAt = (
  { left, top, width, height }: Pick<DOMRect, "left" | "top" | "width" | "height">,
  { clientX, clientY }: { clientX: number; clientY: number },
) => focusFrom((clientX - left) / width, (clientY - top) / height);

/** The focus point after a key; undefined for a key without a meaning. */
export function focusAfter(focus: Focus, { key, shiftKey }: { key: string; shiftKey: boolean }): Focus | undefined {
  if (key === "Home" || key === "Delete") return null;
  const direction = directions[key];
  if (direction === undefined) return undefined;
  const { x, y } = focus ?? centre;
  const by = shiftKey ? fineStep : step;
  return focusFrom(x + direction[0] * by, y + direction[1] * by);
}

/** Whether two focus points are the same. The centre can be stored as null or as a point. */
export const isSameFocus = (one: Focus, other: Focus) =>
  (one ?? centre).x === (other ?? centre).x && (one ?? centre).y === (other ?? centre).y;

function focusFrom(x: number, y: number): Focus {
  const focus = { x: rounded(x), y: rounded(y) };
  return isSameFocus(focus, null) ? null : focus;
}

/** Limits a fraction to 0 to 1 and rounds it to whole percents. */
const rounded = (fraction: number) => Math.round(Math.min(Math.max(fraction, 0), 1) * 100) / 100;
