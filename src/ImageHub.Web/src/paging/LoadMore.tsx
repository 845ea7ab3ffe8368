import { useRef } from "react";
import { Button } from "../design/Button";
import { reason } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { text } from "../text";
import { mineText } from "../text/mine";
import { type PagedQuery, useNextPage } from "./useNextPage";

/** A button that loads the next page of the list before it. Renders nothing once the list is complete. */
export function LoadMore({ list, className }: { list: PagedQuery; className?: string | undefined }) {
  const place = useRef<HTMLParagraphElement>(null);
  const loadNext = useNextPage(list);

  async function more() {
    const rows = place.current?.previousElementSibling?.children;
    const first = rows?.length ?? 0;
    await loadNext();
    // After the last page there is no button, so the focus moves to the first new row.
    keepFocus(() => {
      const row = rows?.[first] as HTMLElement | undefined;
      if (row) row.tabIndex = -1;
      return row;
    });
  }

  if (!list.hasNextPage) return null;
  return (
    <p ref={place} className={className}>
      {list.isFetchNextPageError && (
        <span role="alert">
          {mineText.moreFailed} {reason(list.error)}{" "}
        </span>
      )}
      <Button inactive={list.isFetchingNextPage} onClick={() => void more()}>
        {list.isFetchNextPageError ? text.common.tryAgain : text.common.more}
      </Button>
    </p>
  );
}
