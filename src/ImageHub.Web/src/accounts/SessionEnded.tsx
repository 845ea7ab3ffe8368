import { forget } from "../api/session";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { text } from "../text";
import { SignInForm } from "./SignInForm";

/** Asks somebody whose session ran out in the middle of their work to sign in; what waits for it goes on by itself. */
export function SessionEnded() {
  return (
    <Dialog title={text.account.ended} isFirm onClose={() => undefined}>
      <p>{text.account.endedText}</p>
      <SignInForm onSignedIn={() => undefined} />
      <Button look="quiet" onClick={forget}>
        {text.account.leave}
      </Button>
    </Dialog>
  );
}
