/** Whether the current drag began in this page. Such a drag is not an upload, although browsers offer a dragged image as a file. */
let isOurs = false;

const capture = { capture: true };
addEventListener(
  "dragstart",
  () => {
    isOurs = true;
  },
  capture,
);
// No pointer events occur during a drag, so a pointer event marks its end even if the dragged element is gone.
for (const kind of ["dragend", "pointerdown", "pointermove"])
  addEventListener(
    kind,
    () => {
      isOurs = false;
    },
    capture,
  );

/** The files that are dragged over the page from outside; null for other drags. */
export const filesOver = ({ dataTransfer }: DragEvent): DataTransfer | null =>
  !isOurs && dataTransfer?.types.includes("Files") ? dataTransfer : null;
