import { forget } from "../api/session";
import { useStore } from "../api/store";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { text } from "../text";
import { unfinished, uploads } from "../uploads/uploads";
import { SignInForm } from "./SignInForm";

/** Asks somebody whose session ran out in the middle of their work to sign in; what waits for it goes on by itself. */
export function SessionEnded({ userName }: { /** Whose session it was, where that is known. */ userName?: string }) {
  const files = unfinished(useStore(uploads.snapshot));
  return (
    <Dialog title={text.account.ended} isFirm onClose={() => undefined}>
      <p>{text.account.endedText}</p>
      <SignInForm userName={userName} onSignedIn={() => undefined} />
      {files > 0 && <p>{text.account.leaveBusy(files)}</p>}
      <Button look="quiet" onClick={forget}>
        {text.account.leave}
      </Button>
    </Dialog>
  );
}
