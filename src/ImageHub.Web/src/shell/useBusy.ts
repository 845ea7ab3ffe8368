import { useState } from "react";

/** A dialog waits this long for the server's answer before it can be closed again, in milliseconds. */
const patience = 10_000;

/**
 * Runs one action at a time. While `isFirm`, a dialog with the action should stay open, so that the answer never acts on
 * another dialog or page. The action itself handles its errors.
 */
export function useBusy() {
  const [busy, setBusy] = useState(false);
  const [isFirm, setFirm] = useState(false);

  async function run(action: () => Promise<void>) {
    if (busy) return;
    setBusy(true);
    setFirm(true);
    const timer = setTimeout(() => setFirm(false), patience);
    await action();
    clearTimeout(timer);
    setFirm(false);
    setBusy(false);
  }

  return { busy, isFirm, run };
}
