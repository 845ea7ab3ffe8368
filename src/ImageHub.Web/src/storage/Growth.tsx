import type { Schemas } from "../api/client";
import { deskText } from "../text/desk";
import { bytes, month } from "../text/format";
import styles from "./StorageDesk.module.css";

/** The storage added in each of the last months: a sentence about the latest month and a bar chart. */
export function Growth({ months }: { months: Schemas["StorageMonth"][] }) {
  const words = deskText.storage.growth;
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return null;
  const most = Math.max(...months.map((each) => each.bytes), 1);
  return (
    <section className={styles.section} aria-labelledby="growth">
      <h2 id="growth">{words.title}</h2>
      <p>{words.now(last.images, bytes(last.bytes))}</p>
      <ol className={styles.months}>
        {months.map((each) => {
          const text = words.month(month(each.month), each.images, bytes(each.bytes));
          return (
            <li key={each.month} title={text}>
              <span className={styles.bar} style={{ height: `${(each.bytes / most) * 100}%` }} aria-hidden />
              <span className="visuallyHidden">{text}</span>
            </li>
          );
        })}
      </ol>
      <p className={styles.ends} aria-hidden>
        <span>{month(first.month)}</span>
        <span>{month(last.month)}</span>
      </p>
    </section>
  );
}
