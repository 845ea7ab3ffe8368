import { answer, api } from "../api/client";
import { isSignedOut } from "../api/problem";
import { forget, renewIfDue } from "../api/session";
import { tellFailure } from "../design/overlays/toasts";
import { mineText } from "../text/mine";

/** Ends the session on the server and in every tab. If the server does not end the session, reports the error and returns `false`. */
export async function signOut() {
  try {
    await renewIfDue();
    await answer(api.POST("/api/v1/auth/logout"));
  } catch (error) {
    if (!isSignedOut(error)) {
      tellFailure(mineText.signOutFailed, error);
      return false;
    }
  }
  forget();
  return true;
}
