import { useInfiniteQuery } from "@tanstack/react-query";
import { Award, Check, Copy } from "lucide-react";
import { Link, useSearchParams } from "react-router";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import select from "../design/fields/Select.module.css";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { MorePhotos } from "../groups/visitors/PhotoRows";
import { Photo } from "../images/Photo";
import { Failure } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { deskText } from "../text/desk";
import { bytes, date } from "../text/format";
import { keepAll, keepOne } from "./changes";
import styles from "./DuplicatesDesk.module.css";
import { type DuplicateImage, type DuplicateSet, duplicates } from "./queries";

/** The offered distances, in bits. */
const distances = [0, 3, 6, 10, 16];
const usual = 6;

/** `/admin/duplicates`: sets of nearly identical photos, side by side. The curator keeps one photo or all photos of a set. */
export function DuplicatesDesk() {
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get("distance") ?? usual);
  const distance = distances.includes(asked) ? asked : usual;
  const query = useInfiniteQuery(duplicates(distance));
  const { data, error, refetch, isPlaceholderData } = query;
  const sets = itemsOf(data);

  /** Applies a change that removes a set, and focuses the set that takes its place. */
  function settle(index: number, change: () => Promise<unknown>) {
    keepFocus(() => document.getElementById(`set-${index}`) ?? document.getElementById("content"));
    void change();
  }

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <PageTitle>{deskText.duplicates.title}</PageTitle>
      <PageHead title={deskText.duplicates.title}>
        <label className={styles.distance}>
          {deskText.duplicates.distance}
          <select
            className={select.select}
            value={distance}
            onChange={({ target }) =>
              setSearch(Number(target.value) === usual ? {} : { distance: target.value }, { replace: true })
            }
          >
            {Object.entries(deskText.duplicates.distances).map(([bits, name]) => (
              <option key={bits} value={bits}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </PageHead>
      {sets.length === 0 ? (
        <Notice icon={<Copy size={32} strokeWidth={1.5} aria-hidden />} title={deskText.duplicates.none}>
          {deskText.duplicates.noneText}
        </Notice>
      ) : (
        <div aria-busy={isPlaceholderData}>
          {sets.map((set, index) => (
            <SideBySide
              key={set.images.map(({ id }) => id).join()}
              set={set}
              index={index}
              onKeep={(image) => settle(index, () => keepOne(set, image))}
              onKeepAll={() => settle(index, () => keepAll(set))}
            />
          ))}
        </div>
      )}
      <MorePhotos images={query} />
    </>
  );
}

const pixels = ({ width, height }: DuplicateImage) => deskText.duplicates.pixels(width, height);
const size = ({ full }: DuplicateImage) => full && bytes(full.bytes);
const added = ({ createdAt }: DuplicateImage) => deskText.duplicates.added(date(createdAt));

function SideBySide({
  set: { images },
  index,
  onKeep,
  onKeepAll,
}: {
  set: DuplicateSet;
  /** The index among the shown sets, from 0. */
  index: number;
  onKeep: (image: DuplicateImage) => void;
  onKeepAll: () => void;
}) {
  /** Marks facts that differ within the set. */
  const mark = (fact: (image: DuplicateImage) => unknown) =>
    new Set(images.map(fact)).size > 1 ? styles.differs : undefined;
  return (
    <section id={`set-${index}`} tabIndex={-1} className={styles.set} aria-labelledby={`name-${index}`}>
      <div className={styles.head}>
        <h2 id={`name-${index}`} className={styles.name}>
          {deskText.duplicates.set(index + 1, images.length)}
        </h2>
        <Button look="quiet" aria-label={deskText.duplicates.keepAllOf(index + 1)} onClick={onKeepAll}>
          {deskText.duplicates.keepAll}
        </Button>
      </div>
      <ul className={styles.images}>
        {images.map((image, place) => (
          <li key={image.id} className={styles.image}>
            <a href={image.high.url} target="_blank" rel="noreferrer" className={styles.picture}>
              <Photo
                image={image}
                alt={image.title || image.fileName}
                sizes="300px"
                style={{ aspectRatio: `${image.width} / ${image.height}` }}
              />
            </a>
            <p className={styles.file}>
              {image.fileName}
              {place === 0 && (
                <span className={styles.best} title={deskText.duplicates.why}>
                  <Award size={14} aria-hidden />
                  {deskText.duplicates.best}
                </span>
              )}
            </p>
            <p className={styles.facts}>
              <span className={mark(pixels)}>{pixels(image)}</span>
              <span className={mark(size)}>{size(image)}</span>
              <Link to={`/admin/groups/${image.groupId}`} className={mark(({ groupId }) => groupId)}>
                {deskText.duplicates.inGroup(image.groupTitle)}
              </Link>
              <span className={mark(added)}>{added(image)}</span>
            </p>
            <Button
              look={place === 0 ? "primary" : "plain"}
              className={styles.keep}
              aria-label={deskText.duplicates.keepOf(image.fileName, images.length - 1)}
              onClick={() => onKeep(image)}
            >
              <Check size={16} aria-hidden />
              {deskText.duplicates.keep(images.length - 1)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
