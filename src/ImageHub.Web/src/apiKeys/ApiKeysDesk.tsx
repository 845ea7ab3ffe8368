import { useInfiniteQuery } from "@tanstack/react-query";
import { deskText } from "../text/desk";
import { date, dateTime } from "../text/format";
import { revokeKey } from "./changes";
import { KeysPage } from "./KeysPage";
import { NewKeyDialog } from "./NewKeyDialog";
import { type ApiKey, apiKeys } from "./queries";

/** `/admin/api-keys`: the keys that programs sign in with. */
export function ApiKeysDesk() {
  return (
    <KeysPage<ApiKey>
      list={useInfiniteQuery(apiKeys)}
      texts={deskText.apiKeys}
      facts={(key) =>
        [
          key.scopes.map((scope) => deskText.apiKeys.scopeNames[scope]).join(", "),
          worksUntil(key),
          key.lastUsedAt === null ? deskText.apiKeys.neverUsed : deskText.apiKeys.lastUsed(dateTime(key.lastUsedAt)),
        ].join(" · ")
      }
      revoke={revokeKey}
      newKey={(onClose) => <NewKeyDialog onClose={onClose} />}
    />
  );
}

/** The key's expiry as a sentence. Expired keys stay on the list. */
function worksUntil({ expiresAt }: ApiKey): string {
  if (expiresAt == null) return deskText.apiKeys.worksOn;
  return Date.parse(expiresAt) <= Date.now()
    ? deskText.apiKeys.expired(date(expiresAt))
    : deskText.apiKeys.worksUntil(date(expiresAt));
}
