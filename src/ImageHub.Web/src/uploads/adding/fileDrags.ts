/** Whether a drag began in this page: browsers offer a dragged image as a file, too. */
let isOurs = false;

const capture = { capture: true };
addEventListener(
  "dragstart",
  () => {
    isOurs = true;
  },
  capture,
);
// No pointer moves during a drag: one that does tells that it is over, also where its element went away.
for (const kind of ["dragend", "pointerdown", "pointermove"])
  addEventListener(
    kind,
    () => {
      isOurs = false;
    },
    capture,
  );

/** The files that hang over the page, from outside of it; null where it is something else. */
export const filesOver = ({ dataTransfer }: DragEvent): DataTransfer | null =>
  !isOurs && dataTransfer?.types.includes("Files") ? dataTransfer : null;
