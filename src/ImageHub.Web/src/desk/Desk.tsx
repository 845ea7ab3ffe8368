import { useMe } from "../accounts/me";

/** `/admin`: the curator's desk. */
export function Desk() {
  return <p>{useMe().data?.userName}</p>;
}
