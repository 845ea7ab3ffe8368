import { useQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef } from "react";
import type { SlideImage } from "yet-another-react-lightbox";
import { text } from "../../text";
import { imageById } from "../queries";
import type { ViewerContext } from "./viewerContext";
import { shownSize, type ViewerPhoto } from "./viewerPhoto";

/**
 * The photos that the viewer can show: all photos of the loaded pages, or the photo in the address until its page has
 * loaded. Further pages are loaded in advance.
 */
export function useViewerPhotos({ images, count, groupId, opensAlone }: ViewerContext, viewed: string) {
  // Deferred, so that a new page and a key press are never rendered together: the lightbox would lose the press.
  const loaded = useMemo(() => images.data?.pages.flatMap((page) => page.items) ?? [], [images.data]);
  const listed = useDeferredValue(loaded);
  const position = indexOf(listed, viewed);
  const cold = useQuery({ ...imageById(viewed), enabled: opensAlone && position < 0 });
  const single = useMemo(() => (cold.data ? [cold.data] : []), [cold.data]);
  const shown = position < 0 ? single : listed;
  const slides = useMemo(() => shown.map(slideOf), [shown]);
  // The current photo, updated before the next rendering. A delayed value would move the viewer back.
  const seen = useRef(viewed);
  const index = useMemo(() => Math.max(indexOf(shown, seen.current), 0), [shown]);
  const { hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } = images;

  // The viewer does not wait for a page that failed to load.
  const mayCome = hasNextPage && !isFetchNextPageError;
  // While the list is read again, a request for the next page would have no effect.
  const canLoad = mayCome && !isFetching;
  // Loads pages up to the photo in the address, unless it has been deleted, and later the next page in advance.
  const loadMore = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  const found = position < 0 && cold.data?.groupId;
  const movedTo = groupId && found && found !== groupId ? found : undefined;
  const exists = !opensAlone || (cold.data !== undefined && cold.error === null && movedTo === undefined);
  // Once the list is complete, a photo outside it is shown alone.
  const isListing = position < 0 && (mayCome || isFetching || listed !== loaded);
  const needsMore = position < 0 ? exists && listed.length > 0 : position >= listed.length - 5;
  useEffect(() => {
    if (needsMore && canLoad) loadMore();
  }, [needsMore, canLoad, loadMore]);

  return {
    listed,
    shown,
    slides,
    /** The index of the current photo among the slides. */
    index,
    seen,
    /** The index of the current photo among the loaded photos; negative while it is not loaded. */
    position,
    current: shown[Math.max(position, 0)],
    total:
      count === undefined && hasNextPage
        ? text.common.atLeast(listed.length)
        : text.common.count(count ?? listed.length),
    stillToCome: { slides, before: isListing, after: isListing || hasNextPage || listed !== loaded },
    /** The id of the group that the photo in the address has been moved to. */
    movedTo,
    isLast: position === listed.length - 1 && !mayCome,
    loadMore: canLoad ? loadMore : undefined,
    mayCome: mayCome || images.isPending || cold.isLoading,
    failure: position >= 0 ? undefined : cold.error !== null ? cold : isFetchNextPageError ? images : undefined,
  };
}

const indexOf = (images: ViewerPhoto[], id: string) => images.findIndex((image) => image.id === id);

function slideOf(image: ViewerPhoto): SlideImage {
  const { width, height } = shownSize(image);
  return { src: image.high.url, width, height, image };
}
