import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, File as FileIcon, FileImage, Folder } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { Waiting } from "../shell/Waiting";
import { deskText } from "../text/desk";
import { bytes, date } from "../text/format";
import styles from "./DriveTree.module.css";
import { type DriveItem, driveItems } from "./queries";

interface Choice {
  chosen: ReadonlyMap<string, DriveItem>;
  onToggle: (item: DriveItem) => void;
}

/** The drive as a tree of lists, with a button that opens each folder and a checkbox for each item. */
export const DriveTree = (choice: Choice) => (
  <div className={styles.tree}>
    <Items folderId={null} isCovered={false} {...choice} />
  </div>
);

/** The items of a folder. `isCovered`: whether the folder or a folder above is ticked, which includes the items. */
function Items({ folderId, isCovered, ...choice }: Choice & { folderId: string | null; isCovered: boolean }) {
  const list = useInfiniteQuery(driveItems(folderId));
  const { data, error, refetch, fetchNextPage, isFetchingNextPage } = list;
  const items = itemsOf<DriveItem>(data);

  // A page is empty if it consists of items that are neither files nor folders, such as notebooks.
  const readsOn = items.length === 0 && list.hasNextPage && !list.isFetchNextPageError;
  useEffect(() => {
    if (readsOn && !isFetchingNextPage) void fetchNextPage();
  }, [readsOn, isFetchingNextPage, fetchNextPage]);

  if (data === undefined) return error ? <Failure error={error} again={refetch} /> : <Waiting />;
  if (readsOn) return <Waiting />;
  if (items.length === 0 && !list.hasNextPage) return <p className={styles.empty}>{deskText.oneDrive.emptyFolder}</p>;
  return (
    <>
      <ul className={styles.items}>
        {items.map((item) => (
          <Row key={item.id} item={item} isCovered={isCovered} {...choice} />
        ))}
      </ul>
      <LoadMore list={list} className={styles.more} />
    </>
  );
}

function Row({ item, isCovered, ...choice }: Choice & { item: DriveItem; isCovered: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const isFolder = item.kind === "folder";
  const isTicked = isCovered || choice.chosen.has(item.id);
  return (
    <li>
      <div className={styles.row}>
        {isFolder ? (
          <Button
            look="quiet"
            className={styles.open}
            aria-label={deskText.oneDrive.contentsOf(item.name)}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={() => setIsOpen(!isOpen)}
          >
            <ChevronRight size={16} aria-hidden />
          </Button>
        ) : (
          <span className={styles.open} />
        )}
        <label className={styles.label}>
          <input
            type="checkbox"
            checked={isTicked}
            disabled={isCovered}
            onChange={() => choice.onToggle(item)}
            aria-label={item.name}
          />
          <Picture item={item} />
          <span className={styles.name}>
            {item.name}
            <span className={styles.facts}>{[bytes(item.bytes), date(item.modifiedAt)].join(" · ")}</span>
          </span>
        </label>
      </div>
      {isOpen && (
        <div id={id} className={styles.inside}>
          <Items folderId={item.id} isCovered={isTicked} {...choice} />
        </div>
      )}
    </li>
  );
}

/** The thumbnail of an item, or an icon if there is no thumbnail. */
function Picture({ item: { kind, thumbnailUrl } }: { item: DriveItem }) {
  const [isBroken, setIsBroken] = useState(false);
  if (kind === "folder") return <Folder size={20} aria-hidden className={styles.picture} />;
  if (thumbnailUrl === null) return <FileIcon size={20} aria-hidden className={styles.picture} />;
  if (isBroken) return <FileImage size={20} aria-hidden className={styles.picture} />;
  return (
    <img
      src={thumbnailUrl}
      alt=""
      width={40}
      height={40}
      loading="lazy"
      className={styles.thumbnail}
      onError={() => setIsBroken(true)}
    />
  );
}
