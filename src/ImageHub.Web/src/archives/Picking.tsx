import { CheckCheck, Download, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Photograph } from "../api/client";
import { itemsOf } from "../api/pages";
import { useStore } from "../api/useStore";
import { Button } from "../design/Button";
import { photoId, type TileProps } from "../groups/visitors/PhotoRows";
import type { PagesOf } from "../images/viewer/viewerContext";
import { keepFocus } from "../shell/keepFocus";
import { hasModal, keyOf } from "../shell/keyboard";
import { guestText } from "../text/guest";
import { type ArchiveOf, maxIds } from "./archives";
import { DownloadDialog } from "./DownloadDialog";
import styles from "./Picking.module.css";
import { pickAll, picked, pickNone, toggled, usePicked } from "./picked";

/** Starts a selection with one photo or none. `isHeld`: a finger still holds the photo; lifting it must not toggle it. */
export function begin(first: string | undefined, isHeld: boolean) {
  pickNone(first);
  if (!isHeld || first === undefined) return;
  const leaving = new AbortController();
  const { signal } = leaving;
  const pass = (event: Event) => {
    if (!(event.target instanceof Element && event.target.closest(`#${photoId(first)}`))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", pass, { capture: true, signal });
  for (const kind of ["pointerup", "pointercancel"])
    addEventListener(kind, () => setTimeout(() => leaving.abort(), 100), { once: true, signal });
}

/** The ids of the loaded photos, in order. */
let known: () => string[] = () => [];

/** Loads the remaining pages and returns the ids of all photos, or null if a page fails to load. The list shows the failure. */
let findAll: () => Promise<string[] | null> = async () => [];

/** A photo in selection mode, covered by a checkbox with the photo's name. */
export function Tile({ image: { id }, style, photo }: TileProps) {
  const isPicked = usePicked(id);
  return (
    <label id={photoId(id)} className={styles.tile} style={style} data-picked={isPicked || undefined}>
      {photo}
      <input
        type="checkbox"
        className={styles.box}
        checked={isPicked}
        onChange={({ nativeEvent }) => {
          const isRange = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey;
          const toggle = (order: string[]) => picked.set(toggled(picked.get(), id, order, isRange));
          if (picked.get().all) void findAll().then((order) => order && toggle(order));
          // Both ends of a range are loaded, and pages load in order, so all photos between the ends are loaded.
          else toggle(isRange ? known() : []);
        }}
      />
    </label>
  );
}

/** The selection bar at the bottom of the window, and the download dialog. `isWhole` shows only the dialog, for all photos. */
export function Picking({
  of,
  count,
  hasFull,
  images,
  isWhole,
  onEnd,
}: {
  of: ArchiveOf;
  /** The number of all photos. */
  count: number;
  /** Whether the full size may be downloaded. */
  hasFull: boolean;
  images: PagesOf<Photograph>;
  isWhole: boolean;
  onEnd: () => void;
}) {
  const { all, ids } = useStore(picked);
  const [isDownloading, setDownloading] = useState(isWhole);
  const words = guestText.selection;
  const selected = all ? count : ids.size;
  const latest = useRef(images);
  latest.current = images;
  const end = useRef(onEnd);
  end.current = () => {
    onEnd();
    keepFocus(() => document.querySelector<HTMLElement>("#content [aria-pressed]"));
  };

  useEffect(() => {
    const idsOf = ({ data }: PagesOf<Photograph>) => itemsOf(data).map(({ id }) => id);
    known = () => idsOf(latest.current);
    findAll = async () => {
      let last = latest.current;
      while (last.hasNextPage) {
        last = (await last.fetchNextPage()) as typeof last;
        if (last.isFetchNextPageError) return null;
      }
      return idsOf(last);
    };
  }, []);
  useEffect(() => {
    if (isWhole) return;
    const press = (event: KeyboardEvent) => {
      if (hasModal()) return;
      if (event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea")) return;
      if (event.key === "Escape") end.current();
      else if (keyOf(event) === "a" && (event.ctrlKey || event.metaKey)) pickAll();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isWhole]);

  const tooMany = !all && selected > maxIds;
  return (
    <>
      {!isWhole && (
        <div className={styles.bar} role="toolbar" aria-label={words.name}>
          <span role="status" className={styles.count}>
            {words.selected(selected)}
            {tooMany && ` · ${words.tooMany(maxIds)}`}
          </span>
          <Button look="quiet" onClick={() => (selected === count ? pickNone() : pickAll())}>
            <CheckCheck size={16} aria-hidden />
            {selected === count ? words.none : words.all}
          </Button>
          <Button look="primary" inactive={selected === 0 || tooMany} onClick={() => setDownloading(true)}>
            <Download size={16} aria-hidden />
            {words.download}
          </Button>
          <Button look="quiet" onClick={() => end.current()}>
            <X size={16} aria-hidden />
            {words.done}
          </Button>
        </div>
      )}
      {isDownloading && (
        <DownloadDialog
          of={of}
          count={isWhole ? count : selected}
          hasFull={hasFull}
          ids={isWhole || all ? undefined : [...ids]}
          onClose={() => (isWhole ? onEnd() : setDownloading(false))}
        />
      )}
    </>
  );
}
