/**
 * A key by its name, letters small. Where the keyboard has no Latin letters, one is the letter that stands in its place on a keyboard that
 * has.
 */
export function keyOf({ key, code }: Pick<KeyboardEvent, "key" | "code">): string {
  if (key.length > 1) return key;
  if (key === "؟") return "?";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return (key > "\u007f" && letter ? letter : key).toLowerCase();
}

/** Whether a modal dialog is open, to which all keys belong, wherever the focus is; the viewer is none of them. */
export const hasModal = () => document.querySelector("dialog:modal, [data-scrim]") !== null;
