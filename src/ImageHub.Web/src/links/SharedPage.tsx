import { useQuery, useQueryClient } from "@tanstack/react-query";
import { LinkIcon, LockKeyhole } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Outlet, useParams } from "react-router";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import { isMissing, Problem } from "../api/problem";
import { usePicking } from "../archives/usePicking";
import { Button } from "../design/Button";
import { Field } from "../design/fields/Field";
import { Notice } from "../design/Notice";
import { GroupHead } from "../groups/visitors/GroupHead";
import { type FindPhoto, PhotoRows, startsWith } from "../groups/visitors/PhotoRows";
import { coverOf } from "../groups/visitors/sizes";
import { useFilteredPages } from "../images/useFilteredPages";
import { useLastViewed } from "../images/useLastViewed";
import type { ViewerContext } from "../images/viewer/viewerContext";
import { useFetchAhead } from "../paging/useFetchAhead";
import { useInfiniteList } from "../paging/useInfiniteList";
import { Failure, reason } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { Brand } from "../site/Brand";
import { useSite } from "../site/site";
import { text } from "../text";
import { dateTime, duration } from "../text/format";
import { guestText } from "../text/guest";
import { ChoiceBar } from "./choices/ChoiceBar";
import { chosen } from "./choices/favourites";
import { HeartTile } from "./choices/HeartTile";
import { useChoice } from "./choices/useChoice";
import { expiryText } from "./expiryText";
import { needsPassword, sharedGroup, sharedImages } from "./queries";
import styles from "./SharedPage.module.css";
import { SendPhotosButton } from "./sending/SendPhotosButton";

/** `/shared/:token`: a shared group, for anyone with the link. */
export function SharedPage() {
  const { token = "", imageId } = useParams();
  const group = useQuery(sharedGroup(token));
  const list = sharedImages(token);
  const [images, fetchRest] = useInfiniteList({ ...list, enabled: group.data !== undefined });
  useFetchAhead(list, images);
  const find = useRef<FindPhoto>(null);
  const onView = useLastViewed(imageId !== undefined, (id) => find.current?.(id) ?? null);
  const choice = useChoice(token, group.data?.favourites ?? false);
  const picking = usePicking({ token }, group.data, images);
  // The favourites at the time the filter was set. A photo that is later removed from the favourites stays visible.
  const [only, setOnly] = useState<ReadonlySet<string>>();
  const shown = useFilteredPages(images, only);

  // The guest's visit may have ended, and the photos of a link with a password do not say so. The group is read at most every ten seconds.
  const queries = useQueryClient();
  useEffect(() => {
    const { queryKey } = sharedGroup(token);
    const look = ({ target }: Event) => {
      const known = queries.getQueryState(queryKey);
      // While the group itself cannot be read, the page shows why, and reading it again would discard a typed password.
      if (target instanceof HTMLImageElement && known?.data && !known.error)
        void queries.prefetchQuery(sharedGroup(token));
    };
    addEventListener("error", look, true);
    return () => removeEventListener("error", look, true);
  }, [queries, token]);

  // An ended link shows nothing of its group.
  if (isMissing(group.error) || isMissing(images.error)) return <Ended />;
  const locked = [group.error, images.error].find(needsPassword);
  if (locked) return <Password token={token} preview={locked instanceof Problem ? locked.preview : null} />;
  if (group.data === undefined)
    return group.error ? <Failure error={group.error} again={group.refetch} level={1} /> : null;
  const { title, imageCount, expiresAt, downloads } = group.data;
  const cover = coverOf(group.data);
  const tile = picking.tile ?? (choice && HeartTile);
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <meta name="robots" content="noindex" />
      <GroupHead
        cover={cover}
        isFirst={only === undefined && startsWith(shown.data?.pages, cover)}
        tile={tile}
        group={group.data}
        first={shown.data?.pages[0]?.items[0]}
        isForOthers
        facts={
          expiresAt && (
            <time dateTime={expiresAt} title={dateTime(expiresAt)}>
              {guestText.links.available(expiryText(expiresAt))}
            </time>
          )
        }
        actions={
          <>
            {group.data.uploads && <SendPhotosButton token={token} />}
            {only === undefined && picking.buttons}
          </>
        }
      />
      {picking.bar}
      {group.data.favourites && !picking.tile && (
        <ChoiceBar
          token={token}
          count={imageCount}
          offers={group.data}
          isOnly={only !== undefined}
          onOnly={(isOnly) => setOnly(isOnly ? chosen.get() : undefined)}
        />
      )}
      <PhotoRows
        images={shown}
        count={only?.size ?? imageCount}
        group={title}
        cover={only === undefined ? cover : null}
        find={find}
        tile={tile}
        hold={only === undefined ? picking.hold : undefined}
      />
      <Outlet
        context={
          {
            at: `/shared/${token}`,
            title,
            downloads,
            count: only?.size ?? imageCount,
            images: shown,
            fetchRest,
            hasDetails: false,
            opensAlone: false,
            isForOthers: true,
            choice,
            onView,
          } satisfies ViewerContext
        }
      />
    </>
  );
}

function Ended() {
  return (
    <>
      <PageTitle>{guestText.links.over}</PageTitle>
      <Notice level={1} icon={<LinkIcon size={32} strokeWidth={1.5} aria-hidden />} title={guestText.links.over}>
        {guestText.links.overText}
      </Notice>
    </>
  );
}

/** The maximum size of the logo above the form, in CSS pixels. */
const greetingBox = { width: 260, height: 80 };

function Password({ token, preview }: { token: string; preview: Problem["preview"] }) {
  const queries = useQueryClient();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const site = useSite();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const password = String(new FormData(event.currentTarget).get("password"));
    setBusy(true);
    setError(undefined);
    try {
      await answer(api.POST("/api/v1/shared/{token}/unlock", { params: { path: { token } }, body: { password } }));
      await queries.resetQueries({ queryKey: keys.shared(token) });
      keepFocus(() => document.getElementById("content"));
    } catch (failure) {
      setError(explain(failure));
    }
    setBusy(false);
  }

  return (
    <div className={styles.password}>
      <PageTitle>{preview?.title ?? guestText.links.locked}</PageTitle>
      {site && (
        <p className={styles.greeting} data-greeting>
          <Brand site={site} box={greetingBox} />
        </p>
      )}
      {preview?.cover && (
        <img
          src={preview.cover.url}
          width={preview.cover.width}
          height={preview.cover.height}
          alt=""
          className={styles.cover}
        />
      )}
      {preview === null && <LockKeyhole size={28} strokeWidth={1.5} aria-hidden />}
      <h1>{preview?.title ?? guestText.links.locked}</h1>
      {preview !== null && (
        <p className={styles.locked}>
          <LockKeyhole size={16} aria-hidden />
          {guestText.links.locked}
        </p>
      )}
      <form onSubmit={submit}>
        <Field
          label={text.account.password}
          name="password"
          type="password"
          autoComplete="off"
          required
          error={error}
        />
        <Button type="submit" look="primary" inactive={busy}>
          {guestText.links.unlock}
        </Button>
      </form>
    </div>
  );
}

function explain(failure: unknown) {
  if (failure instanceof Problem && failure.code === "wrongPassword") return guestText.links.wrongPassword;
  if (failure instanceof Problem && failure.status === 429)
    return text.account.tooMany(duration(failure.retryAfter ?? 60));
  return reason(failure);
}
