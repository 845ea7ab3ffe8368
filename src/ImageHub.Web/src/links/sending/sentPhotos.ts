import { forAllTabs } from "../../api/storage";

/**
 * The photos that this browser has announced or sent with a link. They are stored in the browser, so that photos chosen
 * again after a reload are continued and not sent twice.
 */
export interface SentPhotos {
  /** By `fileKey`: the upload address of an announced file, or `sent` for a file that the server has. */
  files: Record<string, string>;
  /** The ids of the receipts, oldest first. */
  receipts: string[];
}

/** The maximum number of stored files and receipts of a link. A link accepts at most 5,000 photos. */
const most = { files: 5_000, receipts: 100 };

const nameKey = "imagehub.guestName";
const keyOf = (token: string) => `imagehub.sent.${token}`;

/** Identifies a file of the camera roll. Some phones report a new modification time each time a photo is chosen, so the key omits it. */
export const fileKey = ({ name, size }: File) => `${name} ${size}`;

export function readSent(token: string): SentPhotos {
  try {
    const { files = {}, receipts = [] } = JSON.parse(forAllTabs.get(keyOf(token)) ?? "{}");
    return { files, receipts };
  } catch {
    return { files: {}, receipts: [] };
  }
}

export function writeSent(token: string, { files, receipts }: SentPhotos) {
  const kept = {
    files: Object.fromEntries(Object.entries(files).slice(-most.files)),
    receipts: receipts.slice(-most.receipts),
  };
  forAllTabs.set(keyOf(token), JSON.stringify(kept));
}

/** The name that the guest last entered for any link. */
export const readName = () => forAllTabs.get(nameKey) ?? "";

export const writeName = (name: string) => forAllTabs.set(nameKey, name);
