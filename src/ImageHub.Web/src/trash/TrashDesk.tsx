import { useInfiniteQuery } from "@tanstack/react-query";
import { Image as ImageIcon, Images, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import { Notice } from "../design/Notice";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import { deskText } from "../text/desk";
import { date } from "../text/format";
import { mineText } from "../text/mine";
import { emptyTrash, purgeImages, restore } from "./changes";
import { type TrashItem, trash } from "./queries";
import styles from "./TrashDesk.module.css";

/** `/admin/trash`: the deleted groups and images, their dates of deletion, and their restoration. */
export function TrashDesk() {
  const list = useInfiniteQuery(trash);
  const { data, error, refetch } = list;
  const items = itemsOf(data);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asks, setAsks] = useState<"purge" | "empty">();
  const chosen = items.filter(({ id }) => selected.has(id));
  const chosenImages = chosen.filter(({ kind }) => kind === "image").map(({ id }) => id);
  const total = data?.pages[0]?.totalItems ?? items.length;

  function toggle(id: string) {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }

  function bringBack(what: TrashItem[]) {
    setSelected(new Set([...selected].filter((id) => !what.some((item) => item.id === id))));
    keepFocus(() => document.getElementById("content"));
    void restore(what);
  }

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <PageTitle>{mineText.desk.trash}</PageTitle>
      <PageHead title={mineText.desk.trash}>
        {items.length > 0 && (
          <Button look="danger" onClick={() => setAsks("empty")}>
            <Trash2 size={16} aria-hidden />
            {deskText.trash.empty}
          </Button>
        )}
      </PageHead>
      {items.length === 0 ? (
        <Notice icon={<Trash2 size={32} strokeWidth={1.5} aria-hidden />} title={deskText.trash.nothing}>
          {deskText.trash.nothingText}
        </Notice>
      ) : (
        <>
          <div className={styles.tools} role="toolbar" aria-label={mineText.desk.trash}>
            <span className={styles.count} role="status">
              {chosen.length > 0 ? mineText.desk.selected(chosen.length) : deskText.trash.count(total)}
            </span>
            {chosen.length > 0 && (
              <>
                <Button look="quiet" onClick={() => bringBack(chosen)}>
                  <RotateCcw size={16} aria-hidden />
                  {deskText.trash.restore}
                </Button>
                <Button
                  look="quiet"
                  inactive={chosenImages.length !== chosen.length}
                  title={deskText.trash.purgeImagesOnly}
                  onClick={() => setAsks("purge")}
                >
                  <Trash2 size={16} aria-hidden />
                  {deskText.trash.purge}
                </Button>
              </>
            )}
          </div>
          <ul className={styles.list}>
            {items.map((item) => (
              <li key={item.id} className={styles.row}>
                <input
                  type="checkbox"
                  checked={selected.has(item.id)}
                  onChange={() => toggle(item.id)}
                  aria-label={mineText.desk.select(nameOf(item))}
                />
                {item.kind === "group" ? <Images size={18} aria-hidden /> : <ImageIcon size={18} aria-hidden />}
                <span className={styles.name}>
                  {nameOf(item)}
                  <span className={styles.kind}>{deskText.trash.kinds[item.kind]}</span>
                </span>
                <span className={styles.dates}>
                  <span>{deskText.trash.deleted(date(item.deletedAt))}</span>
                  <span>{deskText.trash.purges(date(item.purgesAt))}</span>
                </span>
                <Button
                  look="quiet"
                  aria-label={deskText.trash.restoreOne(nameOf(item))}
                  onClick={() => bringBack([item])}
                >
                  <RotateCcw size={16} aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
          <LoadMore list={list} className={styles.more} />
        </>
      )}
      {asks && (
        <ConfirmDialog
          title={asks === "empty" ? deskText.trash.emptyTitle(total) : deskText.trash.purgeTitle(chosenImages.length)}
          action={deskText.trash.purge}
          onYes={() => {
            setAsks(undefined);
            setSelected(new Set());
            keepFocus(() => document.getElementById("content"));
            void (asks === "empty" ? emptyTrash() : purgeImages(chosenImages));
          }}
          onClose={() => setAsks(undefined)}
        >
          {deskText.trash.forGood}
        </ConfirmDialog>
      )}
    </>
  );
}

const nameOf = (item: TrashItem) => item.title || item.fileName || text.common.untitled;
