import { type KeyboardEvent, useRef, useState } from "react";
import { text } from "../text";
import styles from "./EditInPlace.module.css";

/**
 * A text that becomes a field when it is pressed. Enter or leaving the field saves, Escape takes back; an empty one is not
 * saved where `isRequired`.
 */
export function EditInPlace({
  value,
  label,
  placeholder,
  maxLength,
  isRequired = false,
  isOpen: openedElsewhere = false,
  onClose,
  onSave,
}: {
  value: string;
  label: string;
  /** What stands there while there is nothing. */
  placeholder?: string;
  maxLength: number;
  isRequired?: boolean;
  /** Opened by somebody else, as by a menu. */
  isOpen?: boolean;
  onClose?: () => void;
  onSave: (value: string) => void;
}) {
  const [isPressed, setPressed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = isPressed || openedElsewhere;
  // A field that is taken away may still lose the focus.
  const ended = useRef(false);
  if (!isOpen) ended.current = false;

  function end(typed: string | null) {
    if (ended.current) return;
    ended.current = true;
    setPressed(false);
    onClose?.();
    const wanted = typed?.trim();
    if (wanted !== undefined && wanted !== value && (wanted !== "" || !isRequired)) onSave(wanted);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    // Arrow keys and letters are for the text, not for the list around it.
    event.stopPropagation();
    if (event.key === "Enter") end(event.currentTarget.value);
    if (event.key === "Escape") end(null);
    if (event.key === "Enter" || event.key === "Escape") requestAnimationFrame(() => button.current?.focus());
  }

  return isOpen ? (
    <input
      className={styles.input}
      aria-label={label}
      defaultValue={value}
      maxLength={maxLength}
      // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed.
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => end(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.stopPropagation()}
    />
  ) : (
    <button
      ref={button}
      type="button"
      className={value ? styles.text : `${styles.text} ${styles.nothing}`}
      title={text.desk.editInPlace(label)}
      aria-label={`${value || placeholder}, ${text.desk.editInPlace(label)}`}
      onClick={() => setPressed(true)}
    >
      {value || placeholder}
    </button>
  );
}
