import { useInfiniteQuery } from "@tanstack/react-query";
import { deskText } from "../text/desk";
import { revokeKey } from "./changes";
import { KeysPage } from "./KeysPage";
import { keyFacts } from "./keyFacts";
import { NewKeyDialog } from "./NewKeyDialog";
import { type ApiKey, apiKeys } from "./queries";

/** `/admin/api-keys`: the keys that programs sign in with. */
export function ApiKeysDesk() {
  return (
    <KeysPage<ApiKey>
      list={useInfiniteQuery(apiKeys)}
      texts={deskText.apiKeys}
      facts={(key) =>
        [key.userName, key.scopes.map((scope) => deskText.apiKeys.scopeNames[scope]).join(", "), ...keyFacts(key)].join(
          " · ",
        )
      }
      revoke={revokeKey}
      newKey={(onClose) => <NewKeyDialog onClose={onClose} />}
    />
  );
}
