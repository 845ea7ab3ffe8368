import { ArrowDownUp } from "lucide-react";
import type { Group, Photograph } from "../../api/client";
import { Menu } from "../../design/overlays/Menu";
import { deskText } from "../../text/desk";
import { type Order, orders, sortImages } from "./sortImages";

/** A menu that sorts a group's images once. */
export const SortMenu = ({ group, images }: { group: Group; images: Photograph[] }) => (
  <Menu
    name={deskText.sort.title}
    actions={Object.entries(orders).map(([id, order]) => ({
      id,
      name: deskText.sort.orders[id as Order],
      onAction: () => void sortImages(group, images, order),
    }))}
  >
    <ArrowDownUp size={16} aria-hidden />
  </Menu>
);
