import { useQuery } from "@tanstack/react-query";
import { Cloud, CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { useStore } from "../api/useStore";
import { Button } from "../design/Button";
import { CheckField } from "../design/fields/Field";
import { Meter } from "../design/Meter";
import { Notice } from "../design/Notice";
import { ConfirmDialog } from "../design/overlays/Dialog";
import { PageHead } from "../design/PageHead";
import { ChooseGroupDialog } from "../groups/dialogs/ChooseGroupDialog";
import { Failure } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { deskText } from "../text/desk";
import { bytes } from "../text/format";
import { connect, disconnect, findImports, shownImports, startImport } from "./changes";
import { DriveTree } from "./DriveTree";
import { ImportProgress } from "./ImportProgress";
import styles from "./OneDriveDesk.module.css";
import { type DriveItem, oneDrive } from "./queries";

/** `/admin/onedrive`: connects a OneDrive and imports files and folders into groups. */
export function OneDriveDesk() {
  const { data, error, refetch } = useQuery(oneDrive);
  const shown = useStore(shownImports);
  // An outage is reported by the page's own query.
  useEffect(() => void findImports().catch(() => undefined), []);
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{deskText.oneDrive.title}</PageTitle>
      <PageHead title={deskText.oneDrive.title}>{data.isConnected && <Disconnect />}</PageHead>
      <SignInOutcome />
      {data.isConnected && <Account {...data} />}
      {shown.map((id) => (
        <ImportProgress key={id} id={id} />
      ))}
      {data.isConnected ? <Chooser /> : <NotConnected isConfigured={data.isConfigured} />}
    </>
  );
}

/** The reason why the sign-in at Microsoft failed. */
function SignInOutcome() {
  const [query] = useSearchParams();
  const outcome = query.get("signIn") as keyof typeof deskText.oneDrive.outcomes | null;
  const words = outcome && deskText.oneDrive.outcomes[outcome];
  return (
    words && (
      <p role="alert" className={styles.outcome}>
        {words}
      </p>
    )
  );
}

function NotConnected({ isConfigured }: { isConfigured: boolean }) {
  return isConfigured ? (
    <Notice
      icon={<Cloud size={32} strokeWidth={1.5} aria-hidden />}
      title={deskText.oneDrive.none}
      actions={
        <Button look="primary" onClick={() => void connect()}>
          {deskText.oneDrive.connect}
        </Button>
      }
    >
      {deskText.oneDrive.noneText}
    </Notice>
  ) : (
    <Notice icon={<CloudOff size={32} strokeWidth={1.5} aria-hidden />} title={deskText.oneDrive.notConfigured}>
      {deskText.oneDrive.notConfiguredText}
    </Notice>
  );
}

function Disconnect() {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button onClick={() => setAsks(true)}>{deskText.oneDrive.disconnect}</Button>
      {asks && (
        <ConfirmDialog
          title={deskText.oneDrive.disconnectTitle}
          action={deskText.oneDrive.disconnect}
          onYes={() => {
            setAsks(false);
            void disconnect().then(() => keepFocus(() => null));
          }}
          onClose={() => setAsks(false)}
        >
          {deskText.oneDrive.disconnectText}
        </ConfirmDialog>
      )}
    </>
  );
}

/** The connected account and its used storage. */
function Account({
  account,
  usedBytes,
  totalBytes,
}: {
  account: string | null;
  usedBytes: number | null;
  totalBytes: number | null;
}) {
  const used = usedBytes !== null && totalBytes !== null && deskText.oneDrive.used(bytes(usedBytes), bytes(totalBytes));
  return (
    <div className={styles.account}>
      <p>{[account, used].filter(Boolean).join(" · ")}</p>
      {used && <Meter used={usedBytes} total={totalBytes} label={used} />}
    </div>
  );
}

/** The drive as a tree, and the actions for the ticked items. */
function Chooser() {
  const [chosen, setChosen] = useState<ReadonlyMap<string, DriveItem>>(new Map());
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [nested, setNested] = useState(false);
  const none = chosen.size === 0;

  function toggle(item: DriveItem) {
    const next = new Map(chosen);
    if (!next.delete(item.id)) next.set(item.id, item);
    setChosen(next);
  }

  async function begin(groupId: string | null) {
    if (busy) return;
    setBusy(true);
    const sent = new Set(chosen.keys());
    // Items that the user has ticked in the meantime stay ticked.
    if (await startImport([...sent], groupId, nested))
      setChosen((latest) => new Map([...latest].filter(([id]) => !sent.has(id))));
    setBusy(false);
  }

  return (
    <>
      <DriveTree chosen={chosen} onToggle={toggle} />
      <section className={styles.bar} aria-label={deskText.oneDrive.chosen}>
        <p aria-live="polite" className={styles.count}>
          {none ? deskText.oneDrive.choose : deskText.oneDrive.count(chosen.size)}
        </p>
        <CheckField
          label={deskText.oneDrive.nested}
          checked={nested}
          onChange={(event) => setNested(event.target.checked)}
        />
        <Button look="primary" inactive={none || busy} onClick={() => void begin(null)}>
          {deskText.oneDrive.intoNew}
        </Button>
        <Button inactive={none || busy} onClick={() => setAsks(true)}>
          {deskText.oneDrive.intoGroup}
        </Button>
      </section>
      {asks && (
        <ChooseGroupDialog
          title={deskText.oneDrive.intoGroupTitle}
          except=""
          onChoose={({ id }) => void begin(id)}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}
