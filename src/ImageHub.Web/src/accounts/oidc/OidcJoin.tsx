import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { Problem } from "../../api/problem";
import { Button } from "../../design/Button";
import { ConfirmDialog } from "../../design/overlays/Dialog";
import { useBusy } from "../../shell/useBusy";
import { date } from "../../text/format";
import { oidcText } from "../../text/oidc";
import { explainRefusal } from "../explainRefusal";
import styles from "./Oidc.module.css";
import { connect, disconnect, explain, joinQuery } from "./oidc";

/** Shows whether the signed-in user's account is connected to the provider, with a button that connects or disconnects the account. */
export function OidcJoin() {
  const join = useQuery(joinQuery).data;
  const [search] = useSearchParams();
  const failed = search.get("error");
  const [remark, setRemark] = useState(failed === null ? "" : explain(failed));
  const [isConfirming, setIsConfirming] = useState(false);
  const { busy, run } = useBusy();
  if (join === undefined) return null;
  const { name, joinedAt, followsClaims } = join;

  async function attempt(action: () => Promise<void>) {
    setRemark("");
    try {
      await action();
    } catch (error) {
      const code = error instanceof Problem ? error.code : undefined;
      setRemark(
        code === "recentSignInNeeded"
          ? oidcText.tooOld
          : code === "lastSignInMethod"
            ? oidcText.lastMethod
            : code === "oidcUnavailable"
              ? explain("providerUnavailable")
              : explainRefusal(error),
      );
    }
  }

  return (
    <div className={styles.join}>
      <p>
        {joinedAt ? oidcText.joined(name, date(joinedAt)) : oidcText.about(name)}
        {followsClaims && ` ${oidcText.followsClaims(name)}`}
      </p>
      <p role="alert" className={styles.remark}>
        {remark}
      </p>
      <div>
        {joinedAt ? (
          <Button look="danger" onClick={() => setIsConfirming(true)}>
            {oidcText.leave}
          </Button>
        ) : (
          <Button inactive={busy} onClick={() => run(() => attempt(connect))}>
            {oidcText.connect(name)}
          </Button>
        )}
      </div>
      {isConfirming && (
        <ConfirmDialog
          title={oidcText.leaveTitle(name)}
          action={oidcText.leave}
          onYes={() => {
            setIsConfirming(false);
            void run(() => attempt(() => disconnect(name)));
          }}
          onClose={() => setIsConfirming(false)}
        >
          {oidcText.leaveText(name)}
        </ConfirmDialog>
      )}
    </div>
  );
}
