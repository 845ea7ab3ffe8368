import { useQuery } from "@tanstack/react-query";
import { useHasProducts } from "../site/site";
import { text } from "../text";
import { dateTime } from "../text/format";
import { levelOf } from "./queries";

/** The latest quantity of a product with its time; nothing if none is known. */
export function LevelText({ productId }: { productId: string | null | undefined }) {
  const { data: level } = useQuery(levelOf(useHasProducts() ? productId : null));
  if (!level) return null;
  return <span title={text.group.counted(dateTime(level.timestamp))}>{text.group.level(level.quantity)}</span>;
}
