import { Button } from "../design/Button";
import { text } from "../text";

/** The button below a list that loads its next page; nothing once the list is complete. */
export function LoadMore({
  list,
  className,
}: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  className?: string | undefined;
}) {
  if (!list.hasNextPage) return null;
  return (
    <p className={className}>
      <Button inactive={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {text.common.more}
      </Button>
    </p>
  );
}
