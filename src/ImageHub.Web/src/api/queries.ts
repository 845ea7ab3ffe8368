import { type Query, QueryClient } from "@tanstack/react-query";
import { connection } from "./connection";
import { isTemporary, Problem } from "./problem";
import { session } from "./session";

/** The interval between the attempts of a query that failed while the server is unavailable, in milliseconds. */
export const retryInterval = 5_000;

/**
 * The interval at which a query that failed is retried while the server is unavailable. If a list's next page has failed, this
 * would read all its pages again, so the component that shows the list requests or offers that page again.
 */
export const retryWhileUnavailable = ({ state }: Pick<Query, "state">) =>
  isTemporary(state.error) && !state.fetchMeta?.fetchMore ? retryInterval : false;

/** Cached data stays for half an hour, so that going back shows it at once. Data older than 10 s is revalidated. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => isTemporary(error) && failures < 2,
      retryDelay: (failures, error) => 1000 * ((error instanceof Problem ? error.retryAfter : null) ?? 2 ** failures),
      refetchInterval: retryWhileUnavailable,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

// While a query without data is tried again, the library forgets its error. The error is restored, so that the page keeps the
// notice with its focused button, or the form that the error asks for.
const errors = new WeakMap<Query, Error | null>();
queryClient.getQueryCache().subscribe((event) => {
  if (event.type !== "updated") return;
  const { query, action } = event;
  const error = action.type === "fetch" && query.state.data === undefined && errors.get(query);
  if (error) query.setState({ error, status: "error" });
  else errors.set(query, query.state.error);
});

// Data that was read while the server had no database is read again once the server has recovered.
let wasStale = false;
connection.subscribe(() => {
  if (connection.get() === "stale") wasStale = true;
  if (connection.get() !== "ok" || !wasStale) return;
  wasStale = false;
  void queryClient.invalidateQueries();
});

// Removes the data when the user signs out in any tab, because it may be data that only curators may see. Visitors' pages read
// their data again. Pages for signed-in users are closed first, because the server would refuse their requests. A session that
// expires (`ended`) keeps the data.
session.subscribe(() => session.get().state === "none" && setTimeout(() => queryClient.resetQueries()));
