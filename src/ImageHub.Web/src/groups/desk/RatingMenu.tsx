import { Check, Star } from "lucide-react";
import { Button, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { buttonClass } from "../../design/Button";
import menu from "../../design/overlays/Menu.module.css";
import { stars } from "../../images/editing/rating";
import { deskText } from "../../text/desk";
import styles from "./RatingMenu.module.css";
import type { RatedView } from "./ratedImages";

/** A menu that filters and sorts a group's photos by rating. */
export function RatingMenu({ view, onChange }: { view: RatedView; onChange: (view: RatedView) => void }) {
  const words = deskText.rating;
  const { least, isBestFirst } = view;
  const item = (id: string, name: string) => (
    <MenuItem key={id} id={id} textValue={name} className={menu.item ?? ""}>
      {({ isSelected }) => (
        <>
          <Check size={16} className={isSelected ? undefined : styles.hidden} aria-hidden />
          {name}
        </>
      )}
    </MenuItem>
  );
  return (
    <MenuTrigger>
      <Button
        aria-label={words.menu}
        className={buttonClass("quiet", least > 0 || isBestFirst ? styles.active : undefined)}
      >
        <Star size={16} aria-hidden />
      </Button>
      <Popover className={menu.popover ?? ""} placement="bottom end">
        <Menu className={menu.menu ?? ""} aria-label={words.menu}>
          <MenuSection
            aria-label={words.filter}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[String(least)]}
            onSelectionChange={(keys) => onChange({ ...view, least: Number([...keys][0] ?? 0) })}
          >
            {item("0", words.all)}
            {stars.map((star) => item(String(star), words.atLeast(star)))}
          </MenuSection>
          <MenuSection
            aria-label={words.sort}
            className={styles.sort}
            selectionMode="multiple"
            selectedKeys={isBestFirst ? ["best"] : []}
            onSelectionChange={(keys) => onChange({ ...view, isBestFirst: [...keys].includes("best") })}
          >
            {item("best", words.bestFirst)}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
