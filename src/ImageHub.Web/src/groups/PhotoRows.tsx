import { ImageOff } from "lucide-react";
import { memo } from "react";
import { RowsPhotoAlbum } from "react-photo-album";
import "react-photo-album/rows.css";
import { Link } from "react-router";
import type { Photograph } from "../api/client";
import { Button } from "../design/Button";
import { Notice } from "../design/Notice";
import { altOf, Photo } from "../images/Photo";
import type { PagesOf } from "../images/Viewer";
import { Failure } from "../shell/Failure";
import { NextPage } from "../shell/NextPage";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import styles from "./PhotoRows.module.css";

/** A group's photos in justified rows, page after page. Each leads to the viewer below the page's own address. */
export function PhotoRows({
  images,
  count,
  group,
}: {
  images: PagesOf<Photograph>;
  /** How many there are in all. */
  count: number;
  /** The group's title. */
  group: string;
}) {
  const pages = images.data?.pages ?? [];
  return (
    <>
      {images.data === undefined && images.error ? (
        <Failure error={images.error} again={images.refetch} />
      ) : count === 0 && pages.length > 0 ? (
        <Notice icon={<ImageOff size={32} strokeWidth={1.5} aria-hidden />} title={text.group.empty}>
          {text.group.emptyText}
        </Notice>
      ) : (
        <div className={styles.albums} style={{ gap: spacing() }}>
          {pages.map(({ items }, index) => (
            <Album
              key={items[0]?.id ?? index}
              images={items}
              first={pages.slice(0, index).reduce((sum, page) => sum + page.items.length, 1)}
              group={group}
            />
          ))}
          {images.data === undefined && <Waiting />}
        </div>
      )}
      {images.isFetchNextPageError ? (
        <p className={styles.next}>
          {text.group.moreFailed} <Button onClick={() => images.fetchNextPage()}>{text.common.tryAgain}</Button>
        </p>
      ) : (
        images.hasNextPage && <NextPage load={images.fetchNextPage} busy={images.isFetchingNextPage} />
      )}
    </>
  );
}

/** One page of photos; it is laid out once and never again when others follow. */
const Album = memo(function Album({ images, first, group }: { images: Photograph[]; first: number; group: string }) {
  return (
    <RowsPhotoAlbum
      photos={images.map((image) => ({ key: image.id, src: image.low.url, width: image.width, height: image.height }))}
      spacing={spacing}
      targetRowHeight={(width) => (width < 500 ? 130 : width < 900 ? 190 : 240)}
      rowConstraints={{ singleRowMaxHeight: 380 }}
      defaultContainerWidth={contentWidth()}
      render={{
        photo: (_, { index, width, height }) => {
          const image = images[index];
          if (image === undefined) return null;
          const alt = altOf(image, text.group.photo(first + index, group));
          return (
            <Link
              key={image.id}
              id={photoId(image.id)}
              to={`images/${image.id}`}
              state={{ opened: true }}
              className={styles.photo}
              style={{ width, height }}
            >
              <Photo
                image={image}
                alt={alt}
                sizes={`${Math.ceil(width)}px`}
                eager={first + index <= 4}
                style={{ width: "100%", height: "100%" }}
              />
            </Link>
          );
        },
      }}
    />
  );
});

/** The element of a photo. */
export const photoId = (id: string) => `photo-${id}`;

const spacing = (width = contentWidth()) => (width < 500 ? 4 : 8);

/**
 * The content's width in whole CSS pixels, known before anything is laid out: a page that comes back has its height at once. What
 * stands there before the app is there has the content's margins, too.
 */
function contentWidth() {
  const content = document.getElementById("content") ?? document.querySelector("#root > *");
  if (content === null) return innerWidth;
  const { paddingLeft, paddingRight } = getComputedStyle(content);
  return Math.round(content.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
}
