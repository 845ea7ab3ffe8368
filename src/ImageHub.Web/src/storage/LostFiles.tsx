import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { itemsOf } from "../api/pages";
import { List, ListRow } from "../design/List";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { deskText } from "../text/desk";
import { dateTime } from "../text/format";
import { type DamagedObject, damaged } from "./queries";
import styles from "./StorageDesk.module.css";

/** The names of lost files, so that they can be restored from a backup. */
export function LostFiles({ total }: { total: number }) {
  const list = useInfiniteQuery(damaged);
  const { data, error, refetch } = list;
  const words = deskText.storage.lost;

  return (
    <section className={styles.section} aria-labelledby="lost">
      <h2 id="lost">{words.title(total)}</h2>
      <p>{words.text}</p>
      {error && data === undefined && <Failure error={error} again={refetch} />}
      <List>
        {itemsOf<DamagedObject>(data).map(({ imageId, variant, fileName, since }) => (
          <ListRow
            key={`${imageId} ${variant}`}
            icon={<CircleAlert size={18} aria-hidden className={styles.bad} />}
            name={fileName}
            facts={`${words.variants[variant as keyof typeof words.variants] ?? variant} · ${words.since(dateTime(since))}`}
          />
        ))}
      </List>
      <LoadMore list={list} />
    </section>
  );
}
