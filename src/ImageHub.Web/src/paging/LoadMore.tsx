import { Button } from "../design/Button";
import { text } from "../text";

/** A button that loads a list's next page. Renders nothing once the list is complete. */
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
