import { forget } from "../api/session";
import { useStore } from "../api/useStore";
import { Button } from "../design/Button";
import { Dialog } from "../design/overlays/Dialog";
import { mineText } from "../text/mine";
import { unfinished, uploads } from "../uploads/sending/uploads";
import { SignInForm } from "./SignInForm";

/** Asks a user whose session has expired to sign in again. Pending requests continue afterwards. */
export function SessionEnded({ userName }: { /** The user's name, if known. */ userName?: string }) {
  const files = unfinished(useStore(uploads.snapshot));
  return (
    <Dialog title={mineText.sessionEnded} isFirm onClose={() => undefined}>
      <p>{mineText.sessionEndedText}</p>
      <SignInForm userName={userName} onSignedIn={() => undefined} />
      {files > 0 && <p>{mineText.leaveBusy(files)}</p>}
      <Button look="quiet" onClick={forget}>
        {mineText.leave}
      </Button>
    </Dialog>
  );
}
