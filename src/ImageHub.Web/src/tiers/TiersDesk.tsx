import { useQuery } from "@tanstack/react-query";
import { Layers, Pencil, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../design/Button";
import { List, ListRow } from "../design/List";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { Failure } from "../shell/Failure";
import { keepRow } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { deskText } from "../text/desk";
import { bytes } from "../text/format";
import { mineText } from "../text/mine";
import { deleteTier } from "./changes";
import { type Tier, tiers } from "./queries";
import { TierDialog } from "./TierDialog";

/** `/admin/tiers`: the tiers with their limits. */
export function TiersDesk() {
  const { data, error, refetch } = useQuery(tiers);
  const [edited, setEdited] = useState<Tier | "new">();
  const [toDelete, setToDelete] = useState<Tier>();
  const rows = useRef<HTMLUListElement>(null);
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{mineText.desk.tiers}</PageTitle>
      <PageHead title={mineText.desk.tiers}>
        <Button look="primary" onClick={() => setEdited("new")}>
          <Plus size={16} aria-hidden />
          {deskText.tiers.create}
        </Button>
      </PageHead>
      <List ref={rows}>
        {data.map((tier) => (
          <ListRow
            key={tier.id}
            icon={<Layers size={18} aria-hidden />}
            name={tier.name}
            facts={deskText.tiers.gives(
              tier.thumbnailHeights,
              tier.originals,
              tier.expiringLinks,
              tier.quotaBytes === null ? null : bytes(tier.quotaBytes),
            )}
          >
            <Button look="quiet" aria-label={deskText.tiers.edit(tier.name)} onClick={() => setEdited(tier)}>
              <Pencil size={16} aria-hidden />
            </Button>
            <Button look="quiet" aria-label={deskText.tiers.deleteOf(tier.name)} onClick={() => setToDelete(tier)}>
              <Trash2 size={16} aria-hidden />
            </Button>
          </ListRow>
        ))}
      </List>
      {edited && <TierDialog tier={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
      {toDelete && (
        <ConfirmDialog
          title={deskText.tiers.deleteTitle(toDelete.name)}
          action={mineText.desk.delete}
          onYes={() => {
            setToDelete(undefined);
            keepRow(
              rows.current,
              data.findIndex(({ id }) => id === toDelete.id),
            );
            void deleteTier(toDelete);
          }}
          onClose={() => setToDelete(undefined)}
        >
          {deskText.tiers.deleteText}
        </ConfirmDialog>
      )}
    </>
  );
}
