import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { itemsOf, type Pages } from "../api/pages";
import { Button } from "../design/Button";
import { CopyField } from "../design/fields/CopyField";
import { List, ListRow } from "../design/List";
import { Notice } from "../design/Notice";
import { ConfirmDialog, DialogActions } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { LoadMore } from "../paging/LoadMore";
import { Failure } from "../shell/Failure";
import { keepRow } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { deskText } from "../text/desk";

interface ListedKey {
  id: string;
  name: string;
}

interface Props<T extends ListedKey> {
  list: UseInfiniteQueryResult<Pages<T>>;
  texts: { title: string; none: string; noneText: string; revokeText: string };
  facts: (key: T) => string;
  revoke: (key: T) => Promise<void>;
  /** The dialog that creates a key. */
  newKey: (onClose: () => void) => ReactNode;
}

/** A page that lists, creates and revokes keys of one kind. */
export function KeysPage<T extends ListedKey>({ list, texts, facts, revoke, newKey }: Props<T>) {
  const { data, error, refetch } = list;
  const [creates, setCreates] = useState(false);
  const items = itemsOf<T>(data);

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <PageHead title={texts.title}>
        <Button look="primary" onClick={() => setCreates(true)}>
          <Plus size={16} aria-hidden />
          {deskText.apiKeys.create}
        </Button>
      </PageHead>
      {items.length === 0 ? (
        <Notice icon={<KeyRound size={32} strokeWidth={1.5} aria-hidden />} title={texts.none}>
          {texts.noneText}
        </Notice>
      ) : (
        <>
          <KeyList<T> items={items} facts={facts} revoke={revoke} revokeText={texts.revokeText} />
          <LoadMore list={list} />
        </>
      )}
      {creates && newKey(() => setCreates(false))}
    </>
  );
}

/** Keys, each with a button that revokes the key after confirmation. */
export function KeyList<T extends ListedKey>({
  items,
  facts,
  revoke,
  revokeText,
}: Pick<Props<T>, "facts" | "revoke"> & { items: T[]; revokeText: string }) {
  const [toDelete, setToDelete] = useState<T>();
  const rows = useRef<HTMLUListElement>(null);
  return (
    <>
      <List ref={rows}>
        {items.map((key) => (
          <ListRow key={key.id} icon={<KeyRound size={18} aria-hidden />} name={key.name} facts={facts(key)}>
            <Button look="danger" aria-label={deskText.apiKeys.revokeOf(key.name)} onClick={() => setToDelete(key)}>
              {deskText.apiKeys.revoke}
            </Button>
          </ListRow>
        ))}
      </List>
      {toDelete && (
        <ConfirmDialog
          title={deskText.apiKeys.revokeTitle(toDelete.name)}
          action={deskText.apiKeys.revoke}
          onYes={() => {
            setToDelete(undefined);
            keepRow(
              rows.current,
              items.findIndex(({ id }) => id === toDelete.id),
            );
            void revoke(toDelete);
          }}
          onClose={() => setToDelete(undefined)}
        >
          {revokeText}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Shows a new key once, in place of the form that created it. A click outside must not close the dialog, because the key cannot be shown again. */
export function MadeKey({
  fields,
  onClose,
  children,
}: {
  fields: { label: string; value: string; hint?: string }[];
  onClose: () => void;
  /** An explanation below the fields. */
  children?: ReactNode;
}) {
  return (
    <>
      {fields.map((field) => (
        <CopyField key={field.label} {...field} />
      ))}
      {children}
      <p>{deskText.apiKeys.onlyNow}</p>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {text.common.close}
        </Button>
      </DialogActions>
    </>
  );
}
