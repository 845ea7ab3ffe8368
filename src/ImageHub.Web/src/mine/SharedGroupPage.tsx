import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Pencil } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, Navigate, useParams } from "react-router";
import type { Group, Photograph } from "../api/client";
import { itemsOf } from "../api/pages";
import { isMissing } from "../api/problem";
import { BackLink } from "../design/BackLink";
import { buttonClass } from "../design/Button";
import { PageHead } from "../design/PageHead";
import { groupById, groupImages } from "../groups/queries";
import { EditImageDialog } from "../images/editing/EditImageDialog";
import { useInfiniteList } from "../paging/useInfiniteList";
import { Failure } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import { mineText } from "../text/mine";
import { AccountImages } from "./AccountImages";
import { deleteAddedImages } from "./changes";
import styles from "./SharedGroups.module.css";

/** `/account/groups/:groupId`: a group to which the signed-in user adds photos. Users without the role of a contributor are sent to the group's page. */
export function SharedGroupPage() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  if (group === undefined || isMissing(error))
    return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  if (group.role !== "contributor") return <Navigate to={`/groups/${group.slug}`} replace />;
  return (
    <>
      <PageTitle>{group.title}</PageTitle>
      <BackLink to="/account">{text.account.images}</BackLink>
      <PageHead title={group.title}>
        <Link to={`/groups/${group.slug}`} className={buttonClass("quiet")}>
          <ExternalLink size={16} aria-hidden />
          {mineText.shared.view}
        </Link>
      </PageHead>
      <p className={styles.hint}>{mineText.shared.hint}</p>
      <Contents key={groupId} group={group} />
    </>
  );
}

function Contents({ group }: { group: Group }) {
  const [query, fetchRest] = useInfiniteList(groupImages(group.id));
  const grid = useMemo(() => itemsOf<Photograph>(query.data), [query.data]);
  const [edited, setEdited] = useState<Photograph>();
  const target = useMemo(
    () => ({ groupId: group.id, groupTitle: group.title, isPublic: group.isPublished }),
    [group.id, group.title, group.isPublished],
  );

  if (query.data === undefined)
    return query.error ? <Failure error={query.error} again={query.refetch} /> : <Waiting />;
  return (
    <>
      <AccountImages<Photograph>
        at={`/account/groups/${group.id}`}
        target={target}
        title={group.title}
        list={query}
        fetchRest={fetchRest}
        grid={grid}
        viewed={query}
        countOf={() => text.common.photos(group.imageCount)}
        badgeOf={badgeOf}
        mayDelete={(image) => image.mayEdit === true}
        remove={deleteAddedImages(group.id)}
        actionsFor={(image) =>
          image.mayEdit
            ? [
                {
                  id: "edit",
                  name: mineText.desk.edit,
                  icon: <Pencil size={16} aria-hidden />,
                  isMain: true,
                  onAction: () => setEdited(image),
                },
              ]
            : []
        }
      />
      {edited && <EditImageDialog groupId={group.id} image={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

/** Marks the photos that the user may edit and delete. */
const badgeOf = (image: { mayEdit?: boolean | null }) => (image.mayEdit ? mineText.shared.yours : undefined);
