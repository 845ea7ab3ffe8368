import { ChevronDown, Menu as MenuIcon } from "lucide-react";
import { Link, useLocation } from "react-router";
import { buttonClass } from "../design/Button";
import { Menu } from "../design/overlays/Menu";
import { text } from "../text";
import { mineText } from "../text/mine";
import styles from "./Navigation.module.css";

/** An entry of the header. */
export interface Page {
  name: string;
  to: string;
  /** The prefix of further addresses that belong to this page. */
  below?: string;
  /** The position: in the menu after the first entries, or at the header's end. Absent for the first entries. */
  place?: "more" | "end";
}

const toAction = ({ name, to }: Page) => ({ id: to, name, href: to });

/**
 * The header's entries. Entries with the place `more` are in a menu; all other entries are links. On narrow windows all
 * entries are in one menu. A menu that contains the current page shows the page's name.
 */
export function Navigation({ pages }: { pages: Page[] }) {
  const { pathname } = useLocation();
  const current = pages.find(({ to, below }) => to === pathname || (below !== undefined && pathname.startsWith(below)));
  const at = (wanted?: Page["place"]) => pages.filter(({ place }) => place === wanted);
  const [first, more, end] = [at(), at("more"), at("end")];
  const links = (shown: Page[]) =>
    shown.map(({ name, to }) => (
      <Link key={to} to={to} aria-current={to === current?.to ? "page" : undefined}>
        {name}
      </Link>
    ));
  const isInMore = current?.place === "more";
  return (
    <nav aria-label={text.app.mainNavigation} className={styles.navigation}>
      <span className={styles.wide}>
        {links(first)}
        {more.length > 0 && (
          <Menu
            name={isInMore ? mineText.menu(current.name) : text.common.more}
            className={buttonClass("quiet", isInMore ? `${styles.more} ${styles.here}` : styles.more)}
            placement="bottom start"
            actions={more.map(toAction)}
          >
            {isInMore ? current.name : text.common.more}
            <ChevronDown size={14} aria-hidden />
          </Menu>
        )}
        <span className={styles.end}>{links(end)}</span>
      </span>
      <span className={styles.narrow}>
        <Menu
          name={mineText.menu(current?.name)}
          className={buttonClass("quiet", styles.current)}
          placement="bottom start"
          actions={[...first, ...more, ...end].map(toAction)}
        >
          <MenuIcon size={18} aria-hidden />
          {current?.name}
        </Menu>
      </span>
    </nav>
  );
}
