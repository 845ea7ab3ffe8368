import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../design/Button";
import styles from "./Flyout.module.css";

/** A button that opens a small panel below it. Escape, a press outside or moving the focus out closes the panel. */
export function Flyout({
  name,
  icon,
  children,
}: {
  name: string;
  icon: ReactNode;
  /** Renders the content. `close` closes the panel and restores the focus. */
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    place.current?.querySelector("button")?.focus();
  };
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const leave = ({ target }: Event) => {
      if (!(target instanceof Node && place.current?.contains(target))) setOpen(false);
    };
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      latest.current();
    };
    addEventListener("pointerdown", leave, true);
    addEventListener("focusin", leave);
    addEventListener("keydown", press, true);
    return () => {
      removeEventListener("pointerdown", leave, true);
      removeEventListener("focusin", leave);
      removeEventListener("keydown", press, true);
    };
  }, [isOpen]);
  return (
    <div ref={place} className={styles.place}>
      <Button
        look="quiet"
        aria-label={name}
        title={name}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {icon}
      </Button>
      {isOpen && (
        <div id={id} className={styles.panel}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
