import { type FocusEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { isComposing } from "../../shell/keyboard";
import { mineText } from "../../text/mine";
import styles from "./EditInPlace.module.css";

/**
 * A text that becomes a field when it is pressed. Enter (with Ctrl or ⌘ in a text of several lines) or leaving the
 * field saves, and Escape cancels. With `isRequired` an empty text is not saved.
 */
export function EditInPlace({
  value,
  label,
  placeholder,
  maxLength,
  isRequired = false,
  hasLines = false,
  isOpen: openedElsewhere = false,
  onClose,
  onSave,
}: {
  value: string;
  label: string;
  /** The text shown while the value is empty. */
  placeholder?: string;
  maxLength: number;
  isRequired?: boolean;
  /** Whether the text may have several lines. */
  hasLines?: boolean;
  /** Whether another control, such as a menu, has opened the field. */
  isOpen?: boolean;
  onClose?: () => void;
  onSave: (value: string) => void;
}) {
  const [isPressed, setPressed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = isPressed || openedElsewhere;
  // The blur event of a removed field must not save again.
  const ended = useRef(false);
  // The text at the time when the field was opened. Others may change the text meanwhile.
  const shown = useRef(value);
  if (!isOpen) {
    ended.current = false;
    shown.current = value;
  }

  function end(typed: string | null) {
    if (ended.current) return;
    ended.current = true;
    setPressed(false);
    onClose?.();
    // Browsers change line breaks to "\n".
    if (typed === null || typed === shown.current.replace(/\r\n?/g, "\n")) return;
    const wanted = typed.trim();
    if (wanted !== value && (wanted !== "" || !isRequired)) onSave(wanted);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) {
    // The list around the field must not handle the field's keys.
    event.stopPropagation();
    // An input method uses Enter and Escape itself.
    if (isComposing(event.nativeEvent)) return;
    const saves = event.key === "Enter" && (!hasLines || event.ctrlKey || event.metaKey);
    if (saves) end(event.currentTarget.value);
    else if (event.key === "Escape") end(null);
    else return;
    requestAnimationFrame(() => button.current?.focus());
  }

  const field = {
    className: styles.input,
    "aria-label": label,
    defaultValue: shown.current,
    maxLength,
    onBlur: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => end(event.currentTarget.value),
    onKeyDown,
    onPointerDown: (event: PointerEvent) => event.stopPropagation(),
  };

  if (isOpen)
    return hasLines ? (
      // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
      <textarea {...field} rows={Math.max(3, value.split("\n").length + 1)} title={mineText.desk.linesHint} autoFocus />
    ) : (
      // biome-ignore lint/a11y/noAutofocus: the field replaces the button that was just pressed.
      <input {...field} onFocus={(event) => event.currentTarget.select()} autoFocus />
    );
  return (
    <button
      ref={button}
      type="button"
      className={value ? styles.text : `${styles.text} ${styles.nothing}`}
      title={mineText.desk.editInPlace(label)}
      aria-label={`${value || placeholder}, ${mineText.desk.editInPlace(label)}`}
      onClick={() => setPressed(true)}
    >
      {value || placeholder}
    </button>
  );
}
