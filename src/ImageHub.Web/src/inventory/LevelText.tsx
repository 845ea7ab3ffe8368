import { useQuery } from "@tanstack/react-query";
import { text } from "../text";
import { dateTime } from "../text/format";
import { levelOf } from "./queries";

/** How many of a product there are, with the time when they were counted; nothing where that is not known. */
export function LevelText({ productId }: { productId: string | null | undefined }) {
  const { data: level } = useQuery(levelOf(productId));
  if (!level) return null;
  return <span title={text.group.counted(dateTime(level.timestamp))}>{text.group.level(level.quantity)}</span>;
}
