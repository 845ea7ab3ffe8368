import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useRef, useState } from "react";
import { answer, api } from "../../api/client";
import { limits } from "../../api/limits";
import { Problem } from "../../api/problem";
import { began } from "../../api/session";
import { Button } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { List, ListRow } from "../../design/List";
import { ConfirmDialog } from "../../design/overlays/Dialog";
import { Failure } from "../../shell/Failure";
import { FormDialog } from "../../shell/FormDialog";
import { keepRow } from "../../shell/keepFocus";
import { useSite } from "../../site/site";
import { date } from "../../text/format";
import { mineText } from "../../text/mine";
import { oidcText } from "../../text/oidc";
import { passkeyText } from "../../text/passkeys";
import { useMayUsePassword } from "../oidc/useMayUsePassword";
import styles from "./Passkeys.module.css";
import { addPasskey, deletePasskey, type Passkey, passkeysAvailable, passkeysQuery, signInMethods } from "./passkeys";

/** The signed-in user's passkeys. */
export function Passkeys({ userName }: { userName: string }) {
  const list = useQuery(passkeysQuery);
  const items = list.data?.items ?? [];
  const canAdd = useQuery(passkeysAvailable).data;
  const obstacle = useObstacle();
  const [isAdding, setIsAdding] = useState(false);
  const [toDelete, setToDelete] = useState<Passkey>();
  const rows = useRef<HTMLUListElement>(null);
  return (
    <div className={styles.passkeys}>
      <p>{canAdd === false ? obstacle : passkeyText.about}</p>
      {list.data === undefined && list.error && <Failure error={list.error} again={list.refetch} level={2} />}
      {items.length > 0 && (
        <List ref={rows}>
          {items.map((passkey) => (
            <ListRow
              key={passkey.id}
              icon={<KeyRound size={18} aria-hidden />}
              name={passkey.name}
              facts={passkeyText.facts(date(passkey.createdAt), passkey.lastUsedAt ? date(passkey.lastUsedAt) : null)}
            >
              <Button
                look="danger"
                aria-label={passkeyText.removeOf(passkey.name)}
                onClick={() => setToDelete(passkey)}
              >
                {passkeyText.remove}
              </Button>
            </ListRow>
          ))}
        </List>
      )}
      {canAdd && (
        <div>
          <Button onClick={() => setIsAdding(true)}>{passkeyText.add}</Button>
        </div>
      )}
      {isAdding && <AddPasskeyDialog userName={userName} onClose={() => setIsAdding(false)} />}
      {toDelete && (
        <ConfirmDialog
          title={passkeyText.removeTitle(toDelete.name)}
          action={passkeyText.remove}
          onYes={() => {
            setToDelete(undefined);
            keepRow(
              rows.current,
              items.findIndex(({ id }) => id === toDelete.id),
            );
            void deletePasskey(toDelete);
          }}
          onClose={() => setToDelete(undefined)}
        >
          {passkeyText.removeText}
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Why this page cannot add a passkey. */
function useObstacle() {
  const isBound = useQuery(signInMethods).data?.passkey;
  const publicUrl = useSite()?.publicUrl;
  if (isBound) return passkeyText.noBrowser;
  return publicUrl && new URL(publicUrl).host !== location.host ? passkeyText.onlyAt(publicUrl) : passkeyText.noAddress;
}

/** Names and adds a passkey. If the sign-in is too old, asks for the password or, without one, for a new sign-in. */
function AddPasskeyDialog({ userName, onClose }: { userName: string; onClose: () => void }) {
  const mayUsePassword = useMayUsePassword();
  const [needsPassword, setNeedsPassword] = useState(false);
  const [remark, setRemark] = useState<string>();

  async function submit(fields: FormData) {
    setRemark(undefined);
    try {
      if (needsPassword) await signInAgain(userName, String(fields.get("password")));
      await addPasskey(String(fields.get("name")).trim());
      onClose();
    } catch (error) {
      if (error instanceof Problem && error.code === "recentSignInNeeded" && !mayUsePassword)
        setRemark(oidcText.tooOld);
      else if (error instanceof Problem && error.code === "recentSignInNeeded") setNeedsPassword(true);
      else if (error instanceof Problem && error.code === "invalidCredentials") setRemark(passkeyText.wrongPassword);
      else if (error instanceof DOMException)
        setRemark(error.name === "InvalidStateError" ? passkeyText.already : passkeyText.cancelled);
      else throw error;
    }
  }

  return (
    <FormDialog title={passkeyText.add} action={passkeyText.addAction} onSubmit={submit} onClose={onClose}>
      {(wrong) => (
        <>
          <Field
            label={passkeyText.name}
            name="name"
            required
            pattern=".*\S.*"
            maxLength={limits.passkeyName}
            hint={passkeyText.nameHint}
            error={wrong("name")}
            autoComplete="off"
            autoFocus
          />
          {needsPassword && (
            <Field
              label={mineText.currentPassword}
              name="password"
              type="password"
              autoComplete="current-password"
              hint={passkeyText.passwordHint}
              required
              autoFocus
            />
          )}
          <p role="alert" className={styles.remark}>
            {remark}
          </p>
        </>
      )}
    </FormDialog>
  );
}

async function signInAgain(userName: string, password: string) {
  const pair = await answer(api.POST("/api/v1/auth/login", { body: { userName, password } }));
  began(pair.expiresIn);
}
