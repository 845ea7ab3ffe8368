import { change } from "../../api/change";
import type { Photograph } from "../../api/client";
import { keys } from "../../api/keys";
import { changeItems, type Pages } from "../../api/pages";
import { queryClient } from "../../api/queries";
import { closeMessage, tell } from "../../design/overlays/toasts";
import { deskText } from "../../text/desk";
import { bulk } from "./changes";
import { oneByOne } from "./oneByOne";

/** 1 to 5 stars, or null for none. */
export type Rating = number | null;

/** The ratings that have stars. */
export const stars = [1, 2, 3, 4, 5] as const;

/**
 * The rating of a key: 1 to 5, 0 for none; undefined for other keys. On keyboards whose row of digits has other characters,
 * such as French ones, the position counts.
 */
export function ratingOf({
  key,
  code,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
}: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): Rating | undefined {
  if (ctrlKey || metaKey || altKey || key.length > 1) return undefined;
  const isDigit = /^[0-9]$/.test(key);
  const digit = isDigit ? key : shiftKey ? undefined : /^Digit([0-9])$/.exec(code)?.[1];
  if (digit === undefined || digit > "5") return undefined;
  return Number(digit) || null;
}

/** The key of the message about the last rating. The message about the next rating replaces it. */
let told: string | undefined;

/** Rates images, with Undo. */
export async function rateImages(groupId: string, images: Photograph[], rating: Rating) {
  const before = new Map(images.map((image) => [image.id, image.rating ?? null]));
  for (const [id, old] of before) if (old === rating) before.delete(id);
  if (before.size === 0) return;
  const done = await saveRatings(groupId, new Map([...before.keys()].map((id) => [id, rating])));
  if (done.length === 0) return;
  const words = deskText.rating;
  if (told !== undefined) closeMessage(told);
  told = tell(
    rating === null ? words.removed(done.length) : words.given(done.length, rating),
    () => void saveRatings(groupId, new Map(done.map((id) => [id, before.get(id) ?? null]))),
  );
}

/**
 * Saves ratings by image. Returns the ids of the rated images. A list by rating keeps its photos until it is opened
 * again. If a rated photo left the list at once, the next key press would rate another photo.
 */
async function saveRatings(groupId: string, ratings: Map<string, Rating>) {
  const { failed } = deskText.rating;
  const byRating = new Map<Rating, string[]>();
  for (const [id, rating] of ratings) {
    const ids = byRating.get(rating);
    if (ids) ids.push(id);
    else byRating.set(rating, [id]);
  }
  const done: string[] = [];
  await change<Pages<Photograph>>({
    queryKey: keys.groupImages(groupId),
    update: changeItems<Photograph>((items) =>
      items.map((item) => (ratings.has(item.id) ? { ...item, rating: ratings.get(item.id) ?? null } : item)),
    ),
    save: () =>
      oneByOne(async () => {
        for (const [rating, ids] of byRating) done.push(...(await bulk({ action: "edit", rating }, ids, failed)));
      }),
    failed: failed(ratings.size),
    touches: [...ratings.keys()].map(keys.image),
  });
  const isComplete = done.length === ratings.size;
  void queryClient.invalidateQueries({
    queryKey: keys.groupImages(groupId),
    refetchType: isComplete ? "none" : "active",
  });
  return done;
}
