import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import type { SlideImage } from "yet-another-react-lightbox";
import { text } from "../../text";
import { imageById } from "../queries";
import { shownSize, type ViewerPhoto } from "./Slide";
import type { ViewerContext } from "./viewerContext";

/**
 * The photos that the viewer can go to: those of the pages that have come, or the one that was opened cold until its page has come, which
 * is loaded in good time.
 */
export function useViewerPhotos({ images, count, opensAlone }: ViewerContext, viewed: string) {
  // Deferred, so that a page that comes and a key press are never rendered as one: the viewer would forget the press.
  const loaded = useMemo(() => images.data?.pages.flatMap((page) => page.items) ?? [], [images.data]);
  const listed = useDeferredValue(loaded);
  const position = indexOf(listed, viewed);
  const cold = useQuery({ ...imageById(viewed), enabled: opensAlone && position < 0 });
  const single = useMemo(() => (cold.data ? [cold.data] : []), [cold.data]);
  const shown = position < 0 ? single : listed;
  const slides = useMemo(() => shown.map(slideOf), [shown]);
  // Where it stands, at once: what is rendered lags behind, and must not pull it back.
  const seen = useRef(viewed);
  const index = useMemo(() => Math.max(indexOf(shown, seen.current), 0), [shown]);
  const hasWords = useMemo(() => listed.some(({ title, description }) => title || description), [listed]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = images;

  // What could not be loaded is not waited for.
  const mayCome = hasNextPage && !isFetchNextPageError;
  const canLoad = mayCome && !isFetchingNextPage;
  // On to the photo's own page when it was opened cold, and to the next page in good time when walking.
  const needsMore = position < 0 ? listed.length > 0 : position >= listed.length - 5;
  useEffect(() => {
    if (needsMore && canLoad) void fetchNextPage();
  }, [needsMore, canLoad, fetchNextPage]);

  return {
    listed,
    shown,
    slides,
    /** Where the viewer begins, and where the photo stands once others have come. */
    index,
    seen,
    /** The place of the photo that is looked at among those that have come; negative where it is not among them yet. */
    position,
    current: shown[Math.max(position, 0)],
    total:
      count === undefined && hasNextPage
        ? text.common.atLeast(listed.length)
        : text.common.count(count ?? listed.length),
    stillToCome: { slides, before: position < 0, after: position < 0 || hasNextPage || listed !== loaded },
    /** Whether there is something to be read beside any of them: its place is kept free for all. */
    hasWords: hasWords || Boolean(cold.data?.title || cold.data?.description),
    isLast: position === listed.length - 1 && !mayCome,
    loadMore: canLoad ? () => void fetchNextPage() : undefined,
    mayCome: mayCome || images.isPending,
    failure: position >= 0 ? undefined : cold.error !== null ? cold : isFetchNextPageError ? images : undefined,
  };
}

const indexOf = (images: ViewerPhoto[], id: string) => images.findIndex((image) => image.id === id);

function slideOf(image: ViewerPhoto): SlideImage {
  const { width, height } = shownSize(image);
  return { src: image.high.url, width, height, image };
}
