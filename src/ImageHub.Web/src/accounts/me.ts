import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import { session } from "../api/session";
import { useStore } from "../api/useStore";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/auth/me", { signal })),
  staleTime: 60_000,
});

/** The signed-in user. Sends no request without a session. */
export function useMe() {
  const { state } = useStore(session);
  return useQuery({ ...meQuery, enabled: state === "signedIn" });
}
