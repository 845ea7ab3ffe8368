import { useInfiniteQuery } from "@tanstack/react-query";
import { Check, CircleAlert, CircleCheckBig, Clock, Download } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { isMissing } from "../../api/problem";
import { buttonClass } from "../../design/Button";
import { List, ListRow } from "../../design/List";
import { PageHead } from "../../design/PageHead";
import { LoadMore } from "../../paging/LoadMore";
import { Failure, Missing } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
import { Waiting } from "../../shell/Waiting";
import { deskText } from "../../text/desk";
import { bytes, dateTime } from "../../text/format";
import { countOf, fileStatuses, type Receipt, type ReceiptFile, receiptById } from "./queries";
import { summaryOf, useTarget } from "./ReceiptListPage";
import styles from "./ReceiptPage.module.css";

/** `/admin/uploads/{id}` and `/account/uploads/{id}`: the files of an upload with their results. */
export function ReceiptPage() {
  const { uploadId = "" } = useParams();
  const [search] = useSearchParams();
  const status = fileStatuses.find((each) => each === search.get("status"));
  const list = useInfiniteQuery(receiptById(uploadId, status));
  const { data, error, refetch } = list;
  const receipt = data?.pages[0];
  const title = useTarget({ groupId: receipt?.groupId ?? null });

  if (isMissing(error)) return <Missing />;
  if (receipt === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <PageTitle>{deskText.receipts.of(title)}</PageTitle>
      <PageHead title={deskText.receipts.of(title)}>
        <a href={`/api/v1/uploads/${receipt.id}?format=csv`} download className={buttonClass()}>
          <Download size={16} aria-hidden />
          {deskText.receipts.csv}
        </a>
      </PageHead>
      <p role="status">
        {dateTime(receipt.createdAt)} · {summaryOf(receipt)}
      </p>
      <nav aria-label={deskText.receipts.show} className={styles.filters}>
        <Link to="." aria-current={status === undefined ? "page" : undefined}>
          {deskText.receipts.files(receipt.total)}
        </Link>
        {fileStatuses
          .filter((each) => countOf(receipt, each) > 0 || each === status)
          .map((each) => (
            <Link key={each} to={`?status=${each}`} aria-current={each === status ? "page" : undefined}>
              {deskText.receipts.counts[each](countOf(receipt, each))}
            </Link>
          ))}
      </nav>
      <List>
        {data?.pages
          .flatMap(({ files }) => files)
          .map((file) => (
            <Row key={file.index} file={file} receipt={receipt} />
          ))}
      </List>
      <LoadMore list={list} />
    </>
  );
}

const icons = { uploaded: Check, duplicate: CircleCheckBig, failed: CircleAlert, needed: Clock };

function Row({ file, receipt: { groupId } }: { file: ReceiptFile; receipt: Receipt }) {
  const Icon = icons[file.status];
  const image = groupId === null ? `/account/images/${file.imageId}` : `/groups/${groupId}/images/${file.imageId}`;
  return (
    <ListRow
      icon={<Icon size={18} aria-hidden />}
      name={file.imageId === null ? file.fileName : <Link to={image}>{file.fileName}</Link>}
      facts={[deskText.receipts.statuses[file.status], bytes(file.bytes), file.error].filter(Boolean).join(" · ")}
    />
  );
}
