import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Images, SearchX } from "lucide-react";
import { useCallback, useRef } from "react";
import { Link, Outlet, useParams, useSearchParams } from "react-router";
import { curates, useMe } from "../accounts/me";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import select from "../design/fields/Select.module.css";
import { Notice } from "../design/Notice";
import { pathOfGroup } from "../groups/queries";
import { type FindPhoto, MorePhotos, PhotoPages } from "../groups/visitors/PhotoRows";
import { eagerPhotos } from "../groups/visitors/sizes";
import { Photo } from "../images/Photo";
import { useLastViewed } from "../images/useLastViewed";
import type { ViewerContext } from "../images/viewer/viewerContext";
import { useInfiniteList } from "../paging/useInfiniteList";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { searchText } from "../text/search";
import { foundGroups, foundImages, mostUsedTags, type Sort } from "./queries";
import { SearchField } from "./SearchField";
import styles from "./SearchPage.module.css";

const defaultSort: Sort = "-createdAt";

/** The maximum number of offered tags in addition to the chosen tags. */
const offered = 24;

/** `/search`: the groups and photos that match a term. The address contains the state: `q`, `tag` (repeated) and `sort`. */
export function SearchPage() {
  const { imageId } = useParams();
  const [search, setSearch] = useSearchParams();
  const q = (search.get("q") ?? "").trim();
  const tags = [...new Set(search.getAll("tag"))];
  const asked = search.get("sort") ?? "";
  const sort = Object.hasOwn(searchText.sorts, asked) ? (asked as Sort) : defaultSort;
  const list = foundImages({ q, tags, sort });
  const [images, fetchRest] = useInfiniteList(list);
  const groups = useInfiniteQuery(foundGroups(q));
  const find = useRef<FindPhoto>(null);
  const onView = useLastViewed(imageId !== undefined, (id) => find.current?.(id) ?? null);
  const isCurator = curates(useMe().data);

  const photos = itemsOf(images.data);
  // Groups have no tags.
  const shownGroups = tags.length === 0 ? itemsOf(groups.data) : [];
  // One more than the real number, so that a few photos are laid out in rows and not as a composition.
  const count = photos.length + 1;
  const title = q ? searchText.resultsFor(q) : tags.length > 0 ? tags.join(", ") : searchText.all;
  const isEmpty = images.data !== undefined && photos.length === 0 && !images.hasNextPage;
  const hasNothing = isEmpty && shownGroups.length === 0 && (q === "" || tags.length > 0 || groups.data !== undefined);
  const query = search.size > 0 ? `?${search}` : "";
  const listed = useRef(photos);
  listed.current = photos;
  const addressOf = useCallback((id: string) => {
    const image = listed.current.find((one) => one.id === id);
    return image?.groupId ? `${pathOfGroup(image.groupId)}/images/${id}` : `/search/images/${id}`;
  }, []);

  /** Changes the address and adds a history entry. */
  function set(change: (next: URLSearchParams) => void) {
    const next = new URLSearchParams(search);
    change(next);
    setSearch(next, { preventScrollReset: true });
  }

  return (
    <>
      <PageTitle>{title}</PageTitle>
      <meta name="robots" content="noindex" />
      <SearchField term={q} />
      <h1 className={styles.title}>{title}</h1>
      {(!hasNothing || tags.length > 0) && (
        <Tags
          chosen={tags}
          onToggle={(tag) =>
            set((next) => {
              next.delete("tag");
              const others = tags.filter((one) => one !== tag);
              for (const one of others.length < tags.length ? others : [...tags, tag]) next.append("tag", one);
            })
          }
        />
      )}
      <p role="status" className={hasNothing ? "visuallyHidden" : styles.found}>
        {images.data !== undefined &&
          [
            shownGroups.length > 0 && searchText.foundGroups(shownGroups.length, groups.hasNextPage),
            searchText.foundPhotos(photos.length, images.hasNextPage),
          ]
            .filter(Boolean)
            .join(". ")}
      </p>
      {images.data !== undefined && tags.length === 0 && groups.data === undefined && groups.error && (
        <Failure error={groups.error} again={groups.refetch} />
      )}
      {shownGroups.length > 0 && (
        <section aria-label={searchText.groups}>
          <h2 className={styles.heading}>{searchText.groups}</h2>
          <ul className={styles.groups}>
            {shownGroups.map((group) => (
              <li key={group.id}>
                <Link to={`/groups/${group.slug}`} className={styles.group}>
                  {group.cover ? (
                    <Photo image={group.cover} alt="" sizes="200px" />
                  ) : (
                    <span className={styles.blank}>
                      <Images size={24} strokeWidth={1.25} aria-hidden />
                    </span>
                  )}
                  {group.path.length > 0 && (
                    <span className={styles.count}>{group.path.map(({ title }) => title).join(" / ")}</span>
                  )}
                  <span className={styles.name}>{group.title}</span>
                  <span className={styles.count}>{text.common.photos(group.imageCount)}</span>
                </Link>
              </li>
            ))}
          </ul>
          {groups.hasNextPage && (
            <p className={styles.more}>
              <Button inactive={groups.isFetchingNextPage} onClick={() => groups.fetchNextPage()}>
                {searchText.moreGroups}
              </Button>
            </p>
          )}
        </section>
      )}
      {hasNothing ? (
        <Notice icon={<SearchX size={32} strokeWidth={1.5} aria-hidden />} title={searchText.nothing}>
          {searchText.nothingText}
        </Notice>
      ) : (
        !isEmpty && (
          <section aria-label={searchText.photos}>
            <div className={styles.bar}>
              <h2 className={styles.heading}>{searchText.photos}</h2>
              <label className={select.field}>
                {searchText.sort}
                <select
                  className={select.select}
                  value={sort}
                  onChange={({ target }) =>
                    set((next) => (target.value === defaultSort ? next.delete("sort") : next.set("sort", target.value)))
                  }
                >
                  {Object.entries(searchText.sorts).map(([value, name]) => (
                    <option key={value} value={value}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
            </div>
            {images.data === undefined && images.error ? (
              <Failure error={images.error} again={images.refetch} />
            ) : (
              <PhotoPages
                pages={images.data?.pages ?? []}
                count={count}
                group={title}
                eager={eagerPhotos}
                find={find}
                query={query}
              />
            )}
            <MorePhotos images={images} />
          </section>
        )
      )}
      <Outlet
        context={
          {
            at: "/search",
            query,
            addressOf,
            title,
            images,
            fetchRest,
            hasDetails: true,
            opensAlone: true,
            // A curator also finds hidden photos.
            isForOthers: !isCurator,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}

/** The most used tags and the chosen tags, as toggle buttons. */
function Tags({ chosen, onToggle }: { chosen: string[]; onToggle: (tag: string) => void }) {
  const { data } = useQuery(mostUsedTags);
  const known = new Map(data?.items.map(({ tag, count }) => [tag, count]));
  const shown = [...new Set([...chosen, ...[...known.keys()].slice(0, offered)])];
  if (shown.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the buttons are not form fields.
    <div className={styles.tags} role="group" aria-label={searchText.tags}>
      {shown.map((tag) => (
        <button
          key={tag}
          type="button"
          className={styles.tag}
          aria-pressed={chosen.includes(tag)}
          onClick={() => onToggle(tag)}
        >
          {tag} {known.has(tag) && <span className={styles.used}>{text.common.count(known.get(tag) ?? 0)}</span>}
        </button>
      ))}
    </div>
  );
}
