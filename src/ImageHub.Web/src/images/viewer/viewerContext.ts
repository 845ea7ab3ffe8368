import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ViewerPhoto } from "./Slide";
import type { ViewerChoice } from "./viewerChoice";

/** Pages of photos, of which further ones can be loaded. */
export type PagesOf<T extends ViewerPhoto> = UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;

/** What the page below hands to the viewer above it. */
export interface ViewerContext {
  /** The page's own address. */
  at: string;
  /** What follows the page's address and those of its photos: `?q=…`; absent: nothing. */
  query?: string;
  /** The address of a photo for others and other tabs; absent: that below the page. */
  addressOf?: (id: string) => string;
  /** The group's title. */
  title: string;
  /** How many photos there are in all; absent: nobody knows before the last page has come. */
  count?: number;
  images: PagesOf<ViewerPhoto>;
  /** Whether more can be read of each photo. */
  hasDetails: boolean;
  /** Whether a photo can be read by itself, before its page of the list has come. */
  opensAlone: boolean;
  /** Whether others who are sent a photo's address see it. */
  isForOthers: boolean;
  /** What a guest may choose of them; absent: nothing. */
  choice?: ViewerChoice;
  /** Hears of each photo that is shown. */
  onView: (id: string) => void;
}
