import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { Problem } from "../../api/problem";
import { Button } from "../../design/Button";
import { useBusy } from "../../shell/useBusy";
import { passkeyText } from "../../text/passkeys";
import { explainRefusal } from "../explainRefusal";
import { passkeysAvailable, signInByPasskey } from "./passkeys";

/** The button that signs in with a passkey, where the browser and the address allow it. */
export function PasskeySignIn({
  onSignedIn,
  onRefused,
}: {
  onSignedIn: () => void;
  /** Receives the reason, or nothing if a new attempt begins. */
  onRefused: (reason?: string) => void;
}) {
  const isAvailable = useQuery(passkeysAvailable).data === true;
  const { busy, run } = useBusy();

  async function signIn() {
    onRefused();
    try {
      await signInByPasskey();
      onSignedIn();
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === "NotAllowedError") return; // The user has cancelled.
      onRefused(failure instanceof Problem && failure.status === 401 ? passkeyText.unknown : explainRefusal(failure));
    }
  }

  return (
    isAvailable && (
      <Button inactive={busy} onClick={() => run(signIn)}>
        <KeyRound size={16} aria-hidden />
        {passkeyText.signIn}
      </Button>
    )
  );
}
