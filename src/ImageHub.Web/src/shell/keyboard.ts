/**
 * The name of a key, with letters in lower case. On a keyboard without Latin letters, the name is the letter at the same
 * position of a Latin keyboard.
 */
export function keyOf({ key, code }: Pick<KeyboardEvent, "key" | "code">): string {
  if (key.length > 1) return key;
  if (key === "؟") return "?";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return (key > "\u007f" && letter ? letter : key).toLowerCase();
}

/** Whether a modal dialog is open. The dialog then receives all keys. The viewer does not count as a dialog. */
export const hasModal = () => document.querySelector("dialog:modal, [data-scrim]") !== null;

/**
 * Whether an input method handles a key. Safari reports the Enter that ends a composition after the composition; its code
 * is 229.
 */
export const isComposing = (event: Pick<KeyboardEvent, "isComposing" | "keyCode">) =>
  event.isComposing || event.keyCode === 229;
