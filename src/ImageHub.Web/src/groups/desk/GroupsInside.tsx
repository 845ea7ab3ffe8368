import { useInfiniteQuery } from "@tanstack/react-query";
import { EyeOff, FolderPlus, Images } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Group } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { Button } from "../../design/Button";
import { Photo } from "../../images/Photo";
import { Failure } from "../../shell/Failure";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import { NewGroupDialog } from "../dialogs/NewGroupDialog";
import { deskGroups } from "../queries";
import styles from "./GroupsInside.module.css";

/** The number of levels that groups may have. */
const maxLevels = 5;

/** The groups directly below a group, and a button to create another one. */
export function GroupsInside({ group }: { group: Group }) {
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(deskGroups("", group.id));
  const groups = itemsOf(data);
  const isLast = group.path.length + 1 === maxLevels;
  if (data === undefined && error) return <Failure error={error} again={refetch} />;
  return (
    <section aria-label={mineText.desk.groupsInsideTitle} className={styles.section}>
      <ul className={styles.groups}>
        {groups.map(({ id, title, cover, isPublished, imageCount }) => (
          <li key={id}>
            <Link to={`/admin/groups/${id}`} className={styles.group}>
              <span className={styles.cover}>
                {cover ? (
                  <Photo image={cover} alt="" sizes="84px" style={{ height: "100%" }} />
                ) : (
                  <Images size={20} aria-hidden />
                )}
              </span>
              <span className={styles.words}>
                <span className={styles.title}>{title}</span>
                <span className={styles.facts}>
                  {text.common.photos(imageCount)}
                  {!isPublished && (
                    <>
                      {" · "}
                      <EyeOff size={13} aria-hidden /> {text.gallery.unpublished}
                    </>
                  )}
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => fetchNextPage()}>{text.common.more}</Button>}
      {!isLast && (
        <Button look="quiet" onClick={() => setCreating(true)}>
          <FolderPlus size={16} aria-hidden />
          {mineText.desk.newGroupInside}
        </Button>
      )}
      {isCreating && (
        <NewGroupDialog
          parentId={group.id}
          onClose={() => setCreating(false)}
          onCreated={(id) => navigate(`/admin/groups/${id}`)}
        />
      )}
    </section>
  );
}
