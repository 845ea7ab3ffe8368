import { ArrowDown, ArrowUp } from "lucide-react";
import { Button } from "../../design/Button";
import { useMedia } from "../../shell/useMedia";
import { deskText } from "../../text/desk";
import styles from "./GroupListDesk.module.css";
import { pressed, type Sort, sortKeys } from "./groupSort";
import { storedSort } from "./storedSort";

/** The breakpoint above which the rows have columns, as in the style sheet. */
const hasColumns = "(min-width: 62.5em)";

/**
 * The sort buttons: column headers, or one line on narrow windows. The headers form a separate table, because a row of
 * the list has a single cell.
 */
export function GroupListHeads({ sort }: { sort: Sort }) {
  const words = deskText.groupList;
  const inColumns = useMedia(hasColumns);
  const buttons = sortKeys.map((key) => (
    <SortButton key={key} by={key} sort={sort} className={inColumns ? styles.head : ""} isToggle={!inColumns} />
  ));
  if (!inColumns)
    return (
      <div className={styles.sort} role="toolbar" aria-label={words.sort}>
        {buttons}
      </div>
    );
  return (
    <table aria-label={words.sort} className={styles.table}>
      <thead>
        <tr className={styles.heads}>
          {sortKeys.map((key, at) => (
            <th
              key={key}
              scope="col"
              aria-sort={sort.key !== key ? "none" : sort.descending ? "descending" : "ascending"}
              className={styles[key]}
            >
              {buttons[at]}
            </th>
          ))}
        </tr>
      </thead>
    </table>
  );
}

/** A button that sorts by a column. Another press reverses the order, unless it is the visitors' order. */
function SortButton({
  by,
  sort,
  className = "",
  isToggle,
}: {
  by: Sort["key"];
  sort: Sort;
  className?: string;
  /** Whether the button announces that it is active (`aria-pressed`). Otherwise its table header announces it. */
  isToggle: boolean;
}) {
  const words = deskText.groupList;
  const isOn = sort.key === by;
  const name = words.keys[by];
  return (
    <Button
      look="quiet"
      className={isOn ? `${className} ${styles.sorted}` : className}
      aria-pressed={isToggle ? isOn : undefined}
      aria-label={!isOn || by === "order" ? name : sort.descending ? words.descending(name) : words.ascending(name)}
      onClick={() => storedSort.set(pressed(sort, by))}
    >
      {name}
      {isOn &&
        by !== "order" &&
        (sort.descending ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
    </Button>
  );
}
