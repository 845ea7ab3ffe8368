import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { readAgain } from "../api/change";
import { isMissing } from "../api/problem";
import { Button } from "../design/Button";
import { DialogActions } from "../design/overlays/Dialog";
import { text } from "../text";
import { mineText } from "../text/mine";
import { Failure } from "./Failure";
import { keepFocus } from "./keepFocus";

/** The reason why a dialog could not read what it edits. What has been deleted leaves its list when the dialog closes. */
export function NotRead({
  error,
  again,
  list,
  onClose,
}: {
  error: unknown;
  again: () => void;
  /** The key of the list. */
  list: QueryKey;
  onClose: () => void;
}) {
  const isGone = isMissing(error);
  useEffect(
    () => () => {
      if (isGone) void readAgain([list]).then(() => keepFocus(() => null));
    },
    [isGone, list],
  );
  if (!isGone) return <Failure error={error} again={again} />;
  return (
    <>
      <p role="alert">{mineText.gone}</p>
      <DialogActions>
        <Button onClick={onClose}>{text.common.close}</Button>
      </DialogActions>
    </>
  );
}
