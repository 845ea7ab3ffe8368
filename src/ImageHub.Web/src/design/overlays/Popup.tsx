import type { ReactNode } from "react";
import { Button, DialogTrigger, Popover } from "react-aria-components";
import { buttonClass } from "../Button";
import menu from "./Menu.module.css";
import styles from "./Popup.module.css";

/** A button that opens a small panel beside it. */
export function Popup({ name, button, children }: { name: string; button: ReactNode; children: ReactNode }) {
  return (
    <DialogTrigger>
      <Button aria-label={name} className={buttonClass("quiet")}>
        {button}
      </Button>
      {/* The panel is a dialog with the button's name. */}
      <Popover className={menu.popover ?? ""} placement="bottom end">
        <div className={styles.popup}>{children}</div>
      </Popover>
    </DialogTrigger>
  );
}
