import type { ReactNode } from "react";
import { Menu as AriaMenu, Button, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { buttonClass } from "../Button";
import styles from "./Menu.module.css";

export interface Action {
  id: string;
  name: string;
  icon?: ReactNode;
  /** The address of an action that is a link. */
  href?: string;
  /** Whether the address is a file to download. */
  isDownload?: boolean;
  onAction?: () => void;
  isDisabled?: boolean;
  isDangerous?: boolean;
}

/** A button that opens a list of actions. */
export function Menu({
  name,
  children,
  actions,
  className = buttonClass("quiet"),
  placement = "bottom end",
}: {
  name: string;
  children: ReactNode;
  actions: Action[];
  /** The class of the button. */
  className?: string;
  placement?: "bottom start" | "bottom end";
}) {
  return (
    <MenuTrigger>
      <Button aria-label={name} className={className}>
        {children}
      </Button>
      <Popover className={styles.popover} placement={placement}>
        <AriaMenu
          className={styles.menu}
          disabledKeys={actions.filter((action) => action.isDisabled).map(({ id }) => id)}
        >
          {actions.map(({ id, name: label, icon, href, isDownload, onAction, isDangerous }) => (
            <MenuItem
              key={id}
              id={id}
              href={href}
              download={isDownload}
              onAction={onAction}
              textValue={label}
              className={isDangerous ? `${styles.item} ${styles.danger}` : styles.item}
            >
              {icon}
              {label}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
