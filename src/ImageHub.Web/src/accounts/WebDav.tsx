import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { itemsOf } from "../api/pages";
import { ConnectSteps } from "../apiKeys/ConnectSteps";
import { revokeKey } from "../apiKeys/changes";
import { useDavAddress } from "../apiKeys/davAddress";
import { KeyList } from "../apiKeys/KeysPage";
import { keyFacts } from "../apiKeys/keyFacts";
import { NewKeyDialog } from "../apiKeys/NewKeyDialog";
import { type ApiKey, apiKeys } from "../apiKeys/queries";
import { Button } from "../design/Button";
import { CopyField } from "../design/fields/CopyField";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { deskText } from "../text/desk";
import { mineText } from "../text/mine";
import styles from "./WebDav.module.css";

/** The WebDAV address to which apps upload the account's photos, and the keys with which the apps sign in. */
export function WebDav() {
  const list = useInfiniteQuery(apiKeys);
  const [creates, setCreates] = useState(false);
  const address = useDavAddress(true);
  const items = itemsOf<ApiKey>(list.data);
  return (
    <div className={styles.webDav}>
      <p className={styles.about}>{mineText.webDav.about}</p>
      {address === undefined ? (
        <p>{mineText.webDav.needsHttps}</p>
      ) : (
        <>
          <CopyField label={mineText.webDav.address} value={address} />
          <ConnectSteps />
        </>
      )}
      {list.data === undefined && list.error && <Failure error={list.error} again={list.refetch} level={2} />}
      {items.length > 0 && (
        <>
          <KeyList<ApiKey>
            items={items}
            facts={(key) => keyFacts(key).join(" · ")}
            revoke={revokeKey}
            revokeText={deskText.apiKeys.revokeText}
          />
          <LoadMore list={list} />
        </>
      )}
      <div>
        <Button onClick={() => setCreates(true)}>
          <Plus size={16} aria-hidden />
          {deskText.apiKeys.create}
        </Button>
      </div>
      {creates && <NewKeyDialog isOwn onClose={() => setCreates(false)} />}
    </div>
  );
}
