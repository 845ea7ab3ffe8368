import { deskText } from "../text/desk";
import { date, dateTime } from "../text/format";
import type { ApiKey } from "./queries";

/** The key's expiry and its last use, as phrases. Expired keys stay on the list. */
export const keyFacts = ({ expiresAt, lastUsedAt }: ApiKey): string[] => [
  expiresAt == null
    ? deskText.apiKeys.worksOn
    : Date.parse(expiresAt) <= Date.now()
      ? deskText.apiKeys.expired(date(expiresAt))
      : deskText.apiKeys.worksUntil(date(expiresAt)),
  lastUsedAt === null ? deskText.apiKeys.neverUsed : deskText.apiKeys.lastUsed(dateTime(lastUsedAt)),
];
