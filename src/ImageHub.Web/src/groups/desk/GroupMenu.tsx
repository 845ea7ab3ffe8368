import { Download, ExternalLink, Eye, EyeOff, FolderTree, MoreHorizontal, Share2, Trash2 } from "lucide-react";
import { useNavigate } from "react-router";
import type { Group } from "../../api/client";
import { type Action, Menu } from "../../design/overlays/Menu";
import { text } from "../../text";
import { mineText } from "../../text/mine";
import { deleteGroups, updateGroup } from "../changes";

/** The menu of a group, in the list of groups and on the group's page. */
export function GroupMenu({
  group,
  first = [],
  others = [],
  onShare,
  onMoveAway,
  onDeleted,
}: {
  group: Group;
  /** Actions of the page, at the top of the menu. */
  first?: Action[];
  /** Further actions of the page, above Delete. */
  others?: Action[];
  onShare: () => void;
  /** Asks for the group's new parent. */
  onMoveAway: () => void;
  onDeleted?: () => void;
}) {
  const navigate = useNavigate();
  return (
    <Menu
      name={mineText.desk.actionsFor(group.title)}
      actions={[
        ...first,
        {
          id: "view",
          name: mineText.desk.viewAsVisitor,
          icon: <ExternalLink size={16} aria-hidden />,
          onAction: () => navigate(`/groups/${group.slug}`),
        },
        {
          id: "share",
          name: mineText.desk.share,
          icon: <Share2 size={16} aria-hidden />,
          onAction: onShare,
        },
        {
          id: "publish",
          name: group.isPublished ? mineText.desk.hide : mineText.desk.publish,
          icon: group.isPublished ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />,
          onAction: () => void updateGroup(group, { isPublished: !group.isPublished }),
        },
        {
          id: "archive",
          name: text.group.download(group.imageCount),
          icon: <Download size={16} aria-hidden />,
          isDisabled: group.imageCount + group.groupCount === 0,
          href: `/api/v1/groups/${group.id}/archive`,
          isDownload: true,
        },
        ...others,
        {
          id: "move",
          name: mineText.desk.moveGroup,
          icon: <FolderTree size={16} aria-hidden />,
          onAction: onMoveAway,
        },
        {
          id: "delete",
          name: mineText.desk.delete,
          icon: <Trash2 size={16} aria-hidden />,
          isDangerous: true,
          onAction: async () => {
            if (await deleteGroups([group])) onDeleted?.();
          },
        },
      ]}
    >
      <MoreHorizontal size={18} aria-hidden />
    </Menu>
  );
}
