import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { Downloads } from "../../api/client";
import type { ViewerChoice } from "./viewerChoice";
import type { ViewerPhoto } from "./viewerPhoto";

/** A paged query of photos. */
export type PagesOf<T extends ViewerPhoto> = UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;

/** The data that a page passes to its viewer. */
export interface ViewerContext {
  /** The page's address. */
  at: string;
  /** The query string of the addresses of the page and the photos: `?q=…`. */
  query?: string;
  /** Returns a photo's address for sharing and for other tabs; absent: the photo's address is below the page's address. */
  addressOf?: (id: string) => string;
  /** The group of all photos; absent: the photos may belong to several groups. */
  groupId?: string;
  /** The group's title. */
  title: string;
  /** The number of all photos; absent if it is unknown until the last page has loaded. */
  count?: number;
  images: PagesOf<ViewerPhoto>;
  /** Fetches all further pages of the photos. */
  fetchRest: () => Promise<unknown>;
  /** Whether the photos' details can be fetched. */
  hasDetails: boolean;
  /** Whether a single photo can be fetched before its page has loaded. */
  opensAlone: boolean;
  /** The files that may be downloaded; absent: the full image of each photo that has one. */
  downloads?: Downloads;
  /** Whether other people can open a photo's address. */
  isForOthers: boolean;
  /** The guest's choice; absent if the link does not allow one. */
  choice?: ViewerChoice;
  /** Called for each photo that is shown. */
  onView: (id: string) => void;
}
