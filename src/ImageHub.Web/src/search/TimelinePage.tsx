import { useQuery } from "@tanstack/react-query";
import { ArrowUp, Images } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { Link, Outlet, useNavigate, useParams, useSearchParams } from "react-router";
import { curates, useMe } from "../accounts/me";
import { itemsOf } from "../api/pages";
import { buttonClass } from "../design/Button";
import select from "../design/fields/Select.module.css";
import { Notice } from "../design/Notice";
import { pathOfGroup } from "../groups/queries";
import { type FindPhoto, MorePhotos, PhotoPages } from "../groups/visitors/PhotoRows";
import { eagerPhotos } from "../groups/visitors/sizes";
import { useLastViewed } from "../images/useLastViewed";
import type { ViewerContext } from "../images/viewer/viewerContext";
import { useInfiniteList } from "../paging/useInfiniteList";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { month as nameOf } from "../text/format";
import { searchText } from "../text/search";
import { byMonth, endOf, type Month } from "./byMonth";
import { foundImages, months as monthsQuery } from "./queries";
import { SearchField } from "./SearchField";
import styles from "./TimelinePage.module.css";

/** `/timeline`: all photos by the date taken, the newest first, with a heading for each month. `?month=2026-07` starts at that month. */
export function TimelinePage() {
  const { imageId } = useParams();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const asked = search.get("month") ?? "";
  const from = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) && asked < "9999-12" ? asked : undefined;
  const query = from ? `?month=${from}` : "";
  const list = foundImages({ q: "", tags: [], sort: "-takenAt", takenTo: from && endOf(from) });
  const [images, fetchRest] = useInfiniteList(list);
  const all = useQuery(monthsQuery).data?.items ?? [];
  const isCurator = curates(useMe().data);

  const before = useRef<Month[]>([]);
  const shown = useMemo(() => byMonth(images.data?.pages ?? [], before.current), [images.data]);
  useEffect(() => {
    before.current = shown;
  }, [shown]);
  const finds = useRef(new Map<string, FindPhoto>());
  const onView = useLastViewed(imageId !== undefined, (id) => {
    const month = shown.find(({ pages }) => pages.some(({ items }) => items.some((image) => image.id === id)));
    return (month && finds.current.get(month.month)?.(id)) ?? null;
  });
  const photos = itemsOf(images.data);
  const listed = useRef(photos);
  listed.current = photos;
  const addressOf = useCallback((id: string) => {
    const image = listed.current.find((one) => one.id === id);
    return image?.groupId ? `${pathOfGroup(image.groupId)}/images/${id}` : `/timeline/images/${id}`;
  }, []);

  const years = [...new Set(all.map(({ month }) => month.slice(0, 4)))];
  const latestOf = (year: string) => all.find(({ month }) => month.startsWith(year))?.month ?? year;
  const current = from ?? all[0]?.month ?? "";
  const newer = from && all.findLast(({ month }) => month > from)?.month;
  const to = (month: string) => (month === all[0]?.month ? "/timeline" : `/timeline?month=${month}`);

  return (
    <>
      <PageTitle>{searchText.byDate}</PageTitle>
      <div className={styles.head}>
        <h1 className={styles.title}>{searchText.byDate}</h1>
        <SearchField />
      </div>
      {all.length > 0 && (
        <div className={styles.jump}>
          <nav aria-label={searchText.years} className={styles.years}>
            {years.map((year) => (
              <Link key={year} to={to(latestOf(year))} aria-current={current.startsWith(year) ? "true" : undefined}>
                {year}
              </Link>
            ))}
          </nav>
          <label className={select.field}>
            {searchText.month}
            <select className={select.select} value={current} onChange={({ target }) => navigate(to(target.value))}>
              {!all.some(({ month }) => month === current) && <option value={current}>{nameOf(current)}</option>}
              {years.map((year) => (
                <optgroup key={year} label={year}>
                  {all
                    .filter(({ month }) => month.startsWith(year))
                    .map(({ month }) => (
                      <option key={month} value={month}>
                        {nameOf(month)}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          </label>
        </div>
      )}
      {newer && (
        <p className={styles.newer}>
          <Link to={to(newer)} className={buttonClass("quiet")}>
            <ArrowUp size={16} aria-hidden />
            {searchText.newer}
          </Link>
        </p>
      )}
      {images.data === undefined &&
        (images.error ? <Failure error={images.error} again={images.refetch} /> : <Waiting />)}
      {images.data !== undefined && photos.length === 0 && !images.hasNextPage && (
        <Notice icon={<Images size={32} strokeWidth={1.5} aria-hidden />} title={searchText.noPhotos}>
          {searchText.noPhotosText}
        </Notice>
      )}
      {shown.map(({ month, pages }, index) => (
        <section key={month} aria-labelledby={`month-${month}`}>
          <h2 id={`month-${month}`} className={styles.heading}>
            {nameOf(month)}
          </h2>
          <PhotoPages
            pages={pages}
            // One more than the real number, so that a few photos are laid out in rows and not as a composition.
            count={pages.reduce((sum, { items }) => sum + items.length, 1)}
            group={nameOf(month)}
            eager={index === 0 ? eagerPhotos : 0}
            find={(find) => {
              if (find !== null) finds.current.set(month, find);
              else finds.current.delete(month);
            }}
            query={query}
          />
        </section>
      ))}
      <MorePhotos images={images} />
      <Outlet
        context={
          {
            at: "/timeline",
            query,
            addressOf,
            title: searchText.byDate,
            images,
            fetchRest,
            hasDetails: true,
            opensAlone: true,
            // A curator also sees hidden photos here.
            isForOthers: !isCurator,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}
