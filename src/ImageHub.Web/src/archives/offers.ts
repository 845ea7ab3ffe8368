import type { Schemas } from "../api/client";

/** What a group or link offers for download. */
export type Offers = Pick<Schemas["SharedGroup"], "downloads" | "watermark">;

/** Whether the full size may be downloaded. It has no watermark. */
export const offersFull = ({ downloads, watermark }: Offers) => downloads === "full" && !watermark;
