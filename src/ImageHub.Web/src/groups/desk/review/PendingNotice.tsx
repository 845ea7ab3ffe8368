import { Inbox } from "lucide-react";
import { Link } from "react-router";
import type { Group } from "../../../api/client";
import { buttonClass } from "../../../design/Button";
import { deskText } from "../../../text/desk";
import styles from "./Review.module.css";

/** Says how many photos from guests await approval, with a link to the photos. */
export const PendingNotice = ({ group: { id, pendingCount } }: { group: Group }) =>
  pendingCount ? (
    <p className={styles.waiting}>
      <Inbox size={16} aria-hidden />
      {deskText.review.waiting(pendingCount)}
      <Link to={`/admin/groups/${id}/review`} className={buttonClass("primary")}>
        {deskText.review.open}
      </Link>
    </p>
  ) : null;
