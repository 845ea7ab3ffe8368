import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";

/**
 * Reads what a dialog edits when the dialog opens. Cached data may lack recent changes, and later changes do not reach the
 * fields: only what differs from the data as opened may be saved.
 */
export function useAsOpened<T, K extends QueryKey>(options: UseQueryOptions<T, Error, T, K>) {
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...options, staleTime: 0 });
  const [opened, setOpened] = useState<T>();
  if (opened === undefined && data !== undefined && isFetchedAfterMount && !error) setOpened(data);
  return { opened, error, refetch };
}
