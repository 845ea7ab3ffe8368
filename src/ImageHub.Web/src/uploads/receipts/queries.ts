import { infiniteQueryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { retryWhileUnavailable } from "../../api/queries";

export type Receipt = Schemas["UploadReceipt"];
export type ReceiptFile = Schemas["UploadedFile"];
export type FileStatus = Schemas["UploadStatus"];

/** The statuses of a receipt's files, in the order of the filters. */
export const fileStatuses: FileStatus[] = ["uploaded", "duplicate", "failed", "needed"];

/** The polling interval of an open upload, in milliseconds. */
const again = 5_000;

/** The receipts of the signed-in account's uploads, the newest first. */
export const receipts = infiniteQueryOptions({
  queryKey: keys.receipts,
  queryFn: ({ pageParam, signal }) =>
    answer(api.GET("/api/v1/uploads", { params: { query: { cursor: pageParam, pageSize: 30 } }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor || undefined,
  refetchInterval: (query) =>
    query.state.data?.pages.some(({ items }) => items.some((receipt) => receipt.state === "open"))
      ? again
      : retryWhileUnavailable(query),
});

/** A receipt with its files, optionally only the files with one status. */
export const receiptById = (id: string, status: FileStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: keys.receipt(id, status),
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/uploads/{id}", {
          params: { path: { id }, query: { cursor: pageParam, pageSize: 100, ...(status && { status }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor || undefined,
    refetchInterval: (query) => (query.state.data?.pages[0]?.state === "open" ? again : retryWhileUnavailable(query)),
    // The filters stay, and with them the focus, while the files with another status are read.
    placeholderData: (shown) => (shown?.pages[0]?.id === id ? shown : undefined),
  });

/** The number of a receipt's files that the server has, from this upload or an earlier one. */
export const arrived = ({ uploaded, duplicate }: Receipt) => uploaded + duplicate;

/** The number of a receipt's files with a status. */
export const countOf = (receipt: Receipt, status: FileStatus) =>
  status === "needed" ? receipt.total - receipt.done : receipt[status];
