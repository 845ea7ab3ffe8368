import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { itemsOf } from "../api/pages";
import { Button } from "../design/Button";
import { List, ListRow } from "../design/List";
import { Notice } from "../design/Notice";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { keepRow } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { deskText } from "../text/desk";
import { date, dateTime } from "../text/format";
import { revokeKey } from "./changes";
import { NewKeyDialog } from "./NewKeyDialog";
import { type ApiKey, apiKeys } from "./queries";

/** `/admin/api-keys`: the keys that programs sign in with. */
export function ApiKeysDesk() {
  const list = useInfiniteQuery(apiKeys);
  const { data, error, refetch } = list;
  const [creates, setCreates] = useState(false);
  const items = itemsOf<ApiKey>(data);

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{deskText.apiKeys.title}</PageTitle>
      <PageHead title={deskText.apiKeys.title}>
        <Button look="primary" onClick={() => setCreates(true)}>
          <Plus size={16} aria-hidden />
          {deskText.apiKeys.create}
        </Button>
      </PageHead>
      {items.length === 0 ? (
        <Notice icon={<KeyRound size={32} strokeWidth={1.5} aria-hidden />} title={deskText.apiKeys.none}>
          {deskText.apiKeys.noneText}
        </Notice>
      ) : (
        <>
          <List>
            {items.map((key, at) => (
              <Row key={key.id} apiKey={key} at={at} />
            ))}
          </List>
          <LoadMore list={list} />
        </>
      )}
      {creates && <NewKeyDialog onClose={() => setCreates(false)} />}
    </>
  );
}

function Row({ apiKey, at }: { apiKey: ApiKey; at: number }) {
  const [asks, setAsks] = useState(false);
  const { name, scopes, lastUsedAt } = apiKey;
  return (
    <ListRow
      icon={<KeyRound size={18} aria-hidden />}
      name={name}
      facts={[
        scopes.map((scope) => deskText.apiKeys.scopeNames[scope]).join(", "),
        worksUntil(apiKey),
        lastUsedAt === null ? deskText.apiKeys.neverUsed : deskText.apiKeys.lastUsed(dateTime(lastUsedAt)),
      ].join(" · ")}
    >
      <Button look="danger" aria-label={deskText.apiKeys.revokeOf(name)} onClick={() => setAsks(true)}>
        {deskText.apiKeys.revoke}
      </Button>
      {asks && (
        <ConfirmDialog
          title={deskText.apiKeys.revokeTitle(name)}
          action={deskText.apiKeys.revoke}
          onYes={() => {
            setAsks(false);
            keepRow(at);
            void revokeKey(apiKey);
          }}
          onClose={() => setAsks(false)}
        >
          {deskText.apiKeys.revokeText}
        </ConfirmDialog>
      )}
    </ListRow>
  );
}

/** The key's expiry as a sentence. Expired keys stay on the list. */
function worksUntil({ expiresAt }: ApiKey): string {
  if (expiresAt == null) return deskText.apiKeys.worksOn;
  return Date.parse(expiresAt) <= Date.now()
    ? deskText.apiKeys.expired(date(expiresAt))
    : deskText.apiKeys.worksUntil(date(expiresAt));
}
