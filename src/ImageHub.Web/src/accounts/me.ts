import { queryOptions, useQuery } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { session } from "../api/session";
import { useStore } from "../api/useStore";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/auth/me", { signal })),
  staleTime: 60_000,
});

/** Whether an account curates groups and photos: admins and editors do. */
export const curates = (me?: Schemas["Me"]) => me?.role === "admin" || me?.role === "editor";

/** The signed-in user. Sends no request without a session. */
export function useMe() {
  const { state } = useStore(session);
  return useQuery({ ...meQuery, enabled: state === "signedIn" });
}
