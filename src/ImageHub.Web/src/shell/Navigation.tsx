import { Menu as MenuIcon } from "lucide-react";
import { Link, useLocation } from "react-router";
import { buttonClass } from "../design/Button";
import { Menu } from "../design/Menu";
import { text } from "../text";
import styles from "./Navigation.module.css";

/** An entry of the header. */
export interface Page {
  name: string;
  to: string;
  /** Where the addresses begin that are this page's too. */
  below?: string;
}

/** The header's entries: beside each other, and where there is no space for them in a menu that says which page this is. */
export function Navigation({ pages }: { pages: Page[] }) {
  const { pathname } = useLocation();
  const current = pages.find(({ to, below }) => to === pathname || (below !== undefined && pathname.startsWith(below)));
  return (
    <nav aria-label={text.app.mainNavigation} className={styles.navigation}>
      <span className={styles.wide}>
        {pages.map(({ name, to }) => (
          <Link key={to} to={to} aria-current={to === current?.to ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </span>
      <span className={styles.narrow}>
        <Menu
          name={text.app.menu(current?.name)}
          className={buttonClass("quiet", styles.current)}
          placement="bottom start"
          actions={pages.map(({ name, to }) => ({ id: to, name, href: to }))}
        >
          <MenuIcon size={18} aria-hidden />
          {current?.name}
        </Menu>
      </span>
    </nav>
  );
}
