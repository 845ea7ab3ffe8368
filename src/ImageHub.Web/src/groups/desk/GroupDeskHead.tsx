import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Barcode, ChartLine, EyeOff, Heart, Link2, Share2, ShieldCheck, Users } from "lucide-react";
import { useState } from "react";
import { Switch } from "react-aria-components";
import { Link, useNavigate } from "react-router";
import { useMe } from "../../accounts/me";
import type { Group, Schemas } from "../../api/client";
import { limits } from "../../api/limits";
import { itemsOf } from "../../api/pages";
import { BackLink } from "../../design/BackLink";
import { Button, buttonClass } from "../../design/Button";
import { EditInPlace } from "../../design/fields/EditInPlace";
import { LevelText } from "../../inventory/LevelText";
import { choices } from "../../links/queries";
import { ShareDialog } from "../../links/ShareDialog";
import { keepFocus } from "../../shell/keepFocus";
import { useHasProducts } from "../../site/site";
import { text } from "../../text";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { updateGroup } from "../changes";
import { AddressDialog } from "../dialogs/AddressDialog";
import { MembersDialog } from "../dialogs/MembersDialog";
import { MoveGroupDialog } from "../dialogs/MoveGroupDialog";
import { VisitorsDialog } from "../dialogs/VisitorsDialog";
import { groupById } from "../queries";
import styles from "./GroupDesk.module.css";
import { GroupMenu } from "./GroupMenu";

/** A group's title, state, description and product, all of them editable. */
export function GroupDeskHead({ group }: { group: Group }) {
  const navigate = useNavigate();
  const [isSharing, setSharing] = useState(false);
  const [isNaming, setNaming] = useState(false);
  const [isAddressing, setAddressing] = useState(false);
  const [isGranting, setGranting] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const [isInviting, setInviting] = useState(false);
  const isAdmin = useMe().data?.role === "admin";
  const hasProducts = useHasProducts();
  return (
    <div className={styles.head}>
      {group.path.length === 0 ? (
        <BackLink to="/admin">{mineText.desk.groups}</BackLink>
      ) : (
        <nav aria-label={text.group.path} className={styles.path}>
          <BackLink to="/admin">{mineText.desk.groups}</BackLink>
          {group.path.map(({ id, title }) => (
            <Link key={id} to={`/admin/groups/${id}`}>
              <bdi>{title}</bdi>
            </Link>
          ))}
        </nav>
      )}
      <div className={styles.line}>
        <h1>
          <EditInPlace
            value={group.title}
            label={mineText.desk.title}
            maxLength={limits.groupTitle}
            isRequired
            onSave={(title) => void updateGroup(group, { title })}
          />
        </h1>
        <Switch
          className={styles.switch}
          isSelected={group.isPublished}
          onChange={(isPublished) => void updateGroup(group, { isPublished })}
        >
          <span className={styles.track} aria-hidden />
          {group.isPublished ? mineText.desk.published : text.gallery.unpublished}
        </Switch>
        <Button onClick={() => setSharing(true)}>
          <Share2 size={16} aria-hidden />
          {mineText.desk.share}
        </Button>
        <GroupMenu
          group={group}
          onShare={() => setSharing(true)}
          onMoveAway={() => setMoving(true)}
          onDeleted={() => navigate(group.parentId ? `/admin/groups/${group.parentId}` : "/admin")}
          others={[
            {
              id: "members",
              name: deskText.members.change,
              icon: <Users size={16} aria-hidden />,
              onAction: () => setInviting(true),
            },
            {
              id: "visitors",
              name: deskText.visitors.change,
              icon: <ShieldCheck size={16} aria-hidden />,
              onAction: () => setGranting(true),
            },
            {
              id: "address",
              name: deskText.address.change,
              icon: <Link2 size={16} aria-hidden />,
              onAction: () => setAddressing(true),
            },
            ...(group.productId || !hasProducts
              ? []
              : [
                  {
                    id: "product",
                    name: deskText.stock.addProductId,
                    icon: <Barcode size={16} aria-hidden />,
                    onAction: () => setNaming(true),
                  },
                  ...(isAdmin
                    ? [
                        {
                          id: "stock",
                          name: deskText.stock.title,
                          icon: <ChartLine size={16} aria-hidden />,
                          onAction: () => navigate("stock"),
                        },
                      ]
                    : []),
                ]),
          ]}
        />
      </div>
      {group.isPublished && <HiddenAbove path={group.path} />}
      {isSharing && <ShareDialog group={group} onClose={() => setSharing(false)} />}
      {isAddressing && <AddressDialog group={group} onClose={() => setAddressing(false)} />}
      {isMoving && <MoveGroupDialog group={group} onClose={() => setMoving(false)} />}
      {isInviting && <MembersDialog group={group} onClose={() => setInviting(false)} />}
      {isGranting && <VisitorsDialog group={group} onClose={() => setGranting(false)} />}
      <div className={styles.description}>
        <EditInPlace
          value={group.description ?? ""}
          label={mineText.description}
          placeholder={mineText.desk.addDescription}
          maxLength={limits.groupDescription}
          hasLines
          onSave={(description) => void updateGroup(group, { description: description || null })}
        />
      </div>
      <div className={styles.product}>
        {hasProducts && (group.productId || isNaming) && (
          <>
            <span aria-hidden>{deskText.stock.productId}</span>
            <EditInPlace
              value={group.productId ?? ""}
              label={deskText.stock.productId}
              maxLength={limits.productId}
              isOpen={isNaming}
              onClose={() => {
                setNaming(false);
                keepFocus(() => document.querySelector<HTMLElement>("#content [aria-haspopup]"));
              }}
              onSave={(productId) => void updateGroup(group, { productId: productId || null })}
            />
          </>
        )}
        {isAdmin && hasProducts && group.productId && (
          <Link to="stock" className={buttonClass("quiet")}>
            <ChartLine size={16} aria-hidden />
            {deskText.stock.title}
          </Link>
        )}
        <LevelText productId={group.productId} />
        <Choices groupId={group.id} />
      </div>
    </div>
  );
}

/** A link to the favourites of the group's guests, if guests have chosen any. */
function Choices({ groupId }: { groupId: string }) {
  const { data } = useInfiniteQuery(choices(groupId));
  const links = itemsOf<Schemas["LinkChoices"]>(data);
  const guests = links.reduce((sum, link) => sum + link.guests, 0);
  const submitted = links.reduce((sum, link) => sum + link.submitted, 0);
  if (guests === 0) return null;
  return (
    <Link
      to={links.length === 1 ? `/admin/links/${links[0]?.linkId}/favourites` : "/admin/links/favourites"}
      className={buttonClass("quiet")}
    >
      <Heart size={16} aria-hidden />
      {deskText.choices.facts(guests, submitted)}
    </Link>
  );
}

/** Says that a published group is hidden, because a group above it is hidden. */
function HiddenAbove({ path }: { path: Group["path"] }) {
  const above = useQueries({ queries: path.map(({ id }) => groupById(id)) });
  const hidden = above.find(({ data }) => data?.isPublished === false)?.data;
  if (hidden === undefined) return null;
  return (
    <p className={styles.hiddenAbove}>
      <EyeOff size={16} aria-hidden />
      <span>{deskText.hiddenAbove(hidden.title)}</span>
    </p>
  );
}
