import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Clock, ReceiptText } from "lucide-react";
import { Link } from "react-router";
import { itemsOf } from "../../api/pages";
import { isMissing } from "../../api/problem";
import { List, ListRow } from "../../design/List";
import { Notice } from "../../design/Notice";
import { PageHead } from "../../design/PageHead";
import { groupById } from "../../groups/queries";
import { LoadMore } from "../../paging/LoadMore";
import { Failure } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
import { Waiting } from "../../shell/Waiting";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { dateTime } from "../../text/format";
import { arrived, type Receipt, receipts } from "./queries";

/** `/admin/uploads` and `/account/uploads`: all uploads that the signed-in account announced, with the number of files that arrived. */
export function ReceiptListPage() {
  const list = useInfiniteQuery(receipts);
  const { data, error, refetch } = list;
  const items = itemsOf<Receipt>(data);

  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  return (
    <>
      <PageTitle>{deskText.receipts.title}</PageTitle>
      <PageHead title={deskText.receipts.title} />
      {items.length === 0 ? (
        <Notice icon={<ReceiptText size={32} strokeWidth={1.5} aria-hidden />} title={deskText.receipts.none}>
          {deskText.receipts.noneText}
        </Notice>
      ) : (
        <>
          <List>
            {items.map((receipt) => (
              <Row key={receipt.id} receipt={receipt} />
            ))}
          </List>
          <LoadMore list={list} />
        </>
      )}
    </>
  );
}

function Row({ receipt }: { receipt: Receipt }) {
  const { id, createdAt, state, failed } = receipt;
  const title = useTarget(receipt);
  const Icon = failed > 0 ? CircleAlert : state === "open" ? Clock : CircleCheck;
  return (
    <ListRow
      icon={<Icon size={18} aria-hidden />}
      name={<Link to={id}>{title}</Link>}
      facts={`${dateTime(createdAt)} · ${summaryOf(receipt)}`}
    />
  );
}

/** The name of the files' destination: the group's title, or the name of the user's own images. */
export function useTarget({ groupId }: Pick<Receipt, "groupId">): string {
  const group = useQuery({ ...groupById(groupId ?? ""), enabled: groupId !== null, staleTime: 60_000 });
  if (groupId === null) return text.account.images;
  if (isMissing(group.error)) return deskText.receipts.groupGone;
  return group.data?.title ?? deskText.trash.kinds.group;
}

/** "All 3,000 files arrived", or the numbers of arrived, failed and missing files. */
export function summaryOf(receipt: Receipt): string {
  const there = arrived(receipt);
  return there === receipt.total
    ? deskText.receipts.all(receipt.total)
    : deskText.receipts.some(there, receipt.total, receipt.failed, receipt.total - receipt.done);
}
