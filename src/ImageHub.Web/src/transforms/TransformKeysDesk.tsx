import { useInfiniteQuery } from "@tanstack/react-query";
import { KeysPage } from "../apiKeys/KeysPage";
import { deskText } from "../text/desk";
import { date } from "../text/format";
import { revokeKey } from "./changes";
import { NewTransformKeyDialog } from "./NewTransformKeyDialog";
import { type TransformKey, transformKeys } from "./queries";

/** `/admin/transforms`: the keys with which websites sign addresses of photos. */
export function TransformKeysDesk() {
  return (
    <KeysPage<TransformKey>
      list={useInfiniteQuery(transformKeys)}
      texts={deskText.transforms}
      facts={(key) => [deskText.transforms.created(date(key.createdAt)), key.id].join(" · ")}
      revoke={revokeKey}
      newKey={(onClose) => <NewTransformKeyDialog onClose={onClose} />}
    />
  );
}
