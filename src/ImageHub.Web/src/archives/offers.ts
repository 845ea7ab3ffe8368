import type { Schemas } from "../api/client";

/** The download settings of a group or a link. */
export type Offers = Pick<Schemas["SharedGroup"], "downloads" | "watermark">;

/** Whether the full size may be downloaded. Full-size files have no watermark, so a group or link with a watermark does not offer them. */
export const offersFull = ({ downloads, watermark }: Offers) => downloads === "full" && !watermark;
