import { QueryClient } from "@tanstack/react-query";
import { connection } from "./connection";
import { isTemporary, Problem } from "./problem";
import { session } from "./session";

/** What was read stays for half an hour, so that going back shows it at once; it is checked again when it is shown. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => isTemporary(error) && failures < 2,
      retryDelay: (failures, error) => 1000 * ((error instanceof Problem ? error.retryAfter : null) ?? 2 ** failures),
      // While the server is away, what failed is tried again by itself.
      refetchInterval: (query) => (isTemporary(query.state.error) ? 5_000 : false),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

// What was read while the server knew no better is read again once it does.
let wasStale = false;
connection.subscribe(() => {
  if (connection.get() === "stale") wasStale = true;
  if (connection.get() !== "ok" || !wasStale) return;
  wasStale = false;
  void queryClient.invalidateQueries();
});

// Nothing that only a curator may see stays behind, in whichever tab the session was ended.
session.subscribe(() => session.get().state === "none" && queryClient.clear());
