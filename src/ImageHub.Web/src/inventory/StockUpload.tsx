import { FileSpreadsheet } from "lucide-react";
import { useRef, useState } from "react";
import { limits } from "../api/limits";
import { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { tell, tellFailure } from "../design/overlays/toasts";
import { reason } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { useIsShown } from "../shell/useIsShown";
import { deskText } from "../text/desk";
import { Differing, record } from "./changes";
import { type Complaint, inRequests, readTable, readText, type StockRecord, type Table } from "./records";
import styles from "./StockUpload.module.css";

/** The maximum number of errors shown. */
const shownComplaints = 100;

/** Reads a CSV file and shows its errors. A file without errors can be recorded. */
export function StockUpload({ productId }: { productId: string | null }) {
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ name: string; table: Table; choice: number }>();
  const [unreadable, setUnreadable] = useState<{ name: string; why: "encoding" | "unreadable" }>();
  const choose = useRef<HTMLButtonElement>(null);
  const choices = useRef(0);
  const [busy, setBusy] = useState(false);

  async function read(chosen: File) {
    const { name } = chosen;
    // A file may have been changed or deleted since it was chosen.
    const bytes = await chosen.arrayBuffer().catch(() => null);
    const csv = bytes && readText(new Uint8Array(bytes));
    if (csv === null) {
      setUnreadable({ name, why: bytes === null ? "unreadable" : "encoding" });
      setFile(undefined);
      return;
    }
    setUnreadable(undefined);
    setFile({ name, table: readTable(csv, productId, limits.productId, Date.now()), choice: ++choices.current });
  }

  return (
    <section className={styles.section} aria-labelledby="stock-upload">
      <h2 id="stock-upload">{deskText.stock.upload}</h2>
      <p className={styles.hint}>
        {productId === null ? deskText.stock.columns : deskText.stock.columnsOfGroup(productId)}
      </p>
      <Button ref={choose} inactive={busy} onClick={() => input.current?.click()}>
        <FileSpreadsheet size={16} aria-hidden />
        {deskText.stock.choose}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,text/csv"
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.files?.[0];
          if (chosen) void read(chosen);
          // Without this, choosing the same file again after a correction would cause no event.
          currentTarget.value = "";
        }}
      />
      {unreadable && (
        <p role="alert" className={styles.failure}>
          <strong>{unreadable.name}</strong>: {deskText.stock[unreadable.why]}
        </p>
      )}
      {file && (
        <div className={styles.preview}>
          <p role="status">
            <strong>{file.name}</strong>: {deskText.stock.found(file.table.records.length, file.table.wrongLines)}
          </p>
          {file.table.complaints.length > 0 ? (
            <Complaints complaints={file.table.complaints} />
          ) : (
            file.table.records.length > 0 && (
              <Recording
                key={file.choice}
                records={file.table.records}
                busy={busy}
                onBusy={setBusy}
                onDone={() => {
                  setFile(undefined);
                  keepFocus(() => choose.current);
                }}
              />
            )
          )}
        </div>
      )}
    </section>
  );
}

function allowed({ rule, before }: Complaint): string {
  if (rule === "productId") return deskText.stock.allowed.productId(limits.productId);
  return before === undefined ? deskText.stock.allowed[rule as "quantity"] : deskText.stock.allowed.once(before);
}

function Complaints({ complaints }: { complaints: Complaint[] }) {
  return (
    <>
      <p>{deskText.stock.correct}</p>
      <ul className={styles.complaints} aria-label={deskText.stock.complaints}>
        {complaints.slice(0, shownComplaints).map((complaint) => (
          <li key={`${complaint.line} ${complaint.column}`}>
            <span className={styles.where}>{deskText.stock.place(complaint.line, complaint.column)}</span>
            <code>{complaint.value || deskText.stock.nothing}</code>
            <span>{allowed(complaint)}</span>
          </li>
        ))}
      </ul>
      {complaints.length > shownComplaints && (
        <p>{deskText.stock.moreComplaints(complaints.length - shownComplaints)}</p>
      )}
    </>
  );
}

/** Sends the records in several requests. If a request fails, its records and all later records remain to be sent. */
function Recording({
  records,
  busy,
  onBusy,
  onDone,
}: {
  records: StockRecord[];
  busy: boolean;
  onBusy: (busy: boolean) => void;
  onDone: () => void;
}) {
  const [left, setLeft] = useState(() => inRequests(records));
  const [known, setKnown] = useState(0);
  const [failure, setFailure] = useState<string>();
  const countLeft = countOf(left);
  const isShown = useIsShown();

  async function send() {
    onBusy(true);
    setFailure(undefined);
    let rest = left;
    let already = known;
    try {
      for (const items of left) {
        already += await record(items);
        rest = rest.slice(1);
        setLeft(rest);
        setKnown(already);
      }
      tell(deskText.stock.recorded(records.length - already, already));
      onDone();
    } catch (error) {
      const message = explain(error, records.length - countOf(rest), records.length);
      setFailure(message);
      // The page may have been left meanwhile.
      if (!isShown.current) tellFailure(message);
    }
    onBusy(false);
  }

  return (
    <>
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      <Button look="primary" inactive={busy} onClick={() => void send()}>
        {busy ? deskText.stock.recording(records.length - countLeft, records.length) : deskText.stock.record(countLeft)}
      </Button>
    </>
  );
}

const countOf = (requests: StockRecord[][]) => requests.reduce((sum, items) => sum + items.length, 0);

/** Why not all lines were recorded. A server that does not answer, or answers with its own error, may have recorded the last request. */
function explain(error: unknown, done: number, of: number): string {
  if (error instanceof Differing && error.lines[0]) {
    const { productId, timestamp } = error.lines[0];
    return `${deskText.stock.notRecorded(done, of)} ${deskText.stock.differing(error.lines.length, productId, timestamp)}`;
  }
  const isCertain = error instanceof Problem && error.status < 500;
  return `${isCertain ? deskText.stock.notRecorded(done, of) : deskText.stock.uncertain(done, of)} ${reason(error)}`;
}
