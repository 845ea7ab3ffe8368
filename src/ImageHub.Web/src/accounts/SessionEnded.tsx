import { forget } from "../api/session";
import { useStore } from "../api/store";
import { Button } from "../design/Button";
import { Dialog } from "../design/overlays/Dialog";
import { mineText } from "../text/mine";
import { unfinished, uploads } from "../uploads/sending/uploads";
import { SignInForm } from "./SignInForm";

/** Asks somebody whose session ran out in the middle of their work to sign in; what waits for it goes on by itself. */
export function SessionEnded({ userName }: { /** Whose session it was, where that is known. */ userName?: string }) {
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
