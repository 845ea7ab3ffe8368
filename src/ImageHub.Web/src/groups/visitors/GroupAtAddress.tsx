import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation, useParams } from "react-router";
import { Failure } from "../../shell/Failure";
import { groupById, groupIdAt, isId } from "../queries";
import { GroupPage, WholePage } from "./GroupPage";

/** `/groups/:groupId`: the page of the group with this slug. An id is replaced by the slug. */
export function GroupAtAddress() {
  const { groupId: name = "", imageId } = useParams();
  const { search, state } = useLocation();
  const { data: id, error, refetch } = useQuery(groupIdAt(name));
  const { data: group } = useQuery({ ...groupById(id ?? ""), enabled: id !== undefined });
  if (id === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <WholePage />;
  if (group && isId(name)) {
    const path = `/groups/${group.slug}${imageId ? `/images/${imageId}` : ""}`;
    return <Navigate to={path + search} replace state={state} />;
  }
  return <GroupPage key={id} groupId={id} />;
}
