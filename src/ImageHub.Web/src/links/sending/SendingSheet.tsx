import { useQuery } from "@tanstack/react-query";
import { Check, CloudOff, ImagePlus, TriangleAlert } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { answer, api, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { limits } from "../../api/limits";
import { isMissing } from "../../api/problem";
import { useStore } from "../../api/useStore";
import { Button } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { LightDialog } from "../../design/overlays/LightDialog";
import { text } from "../../text";
import { sendingText } from "../../text/sending";
import { inVisit, sharedGroup } from "../queries";
import { type SentPhoto, senderOf } from "./photoSender";
import styles from "./SendingSheet.module.css";
import { readName, readSent, writeName } from "./sentPhotos";

/** The photos that this guest has sent, from the server's receipts, newest receipt first. */
const receipts = (token: string) => ({
  queryKey: keys.sentPhotos(token),
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const ids = readSent(token).receipts.toReversed();
    const params = (id: string) => ({ params: { path: { token, id }, query: { pageSize: 1000 } }, signal });
    const found = await Promise.all(
      ids.map((id) =>
        inVisit(token, () => answer(api.GET("/api/v1/shared/{token}/uploads/{id}", params(id)))).catch((error) => {
          // The server deletes old receipts.
          if (!isMissing(error)) throw error;
          return null;
        }),
      ),
    );
    return found
      .flatMap((receipt: Schemas["UploadDetails"] | null) => receipt?.files ?? [])
      .filter(({ status }) => status === "uploaded");
  },
});

/** The sheet in which a guest sends photos and sees their progress. Sending continues after the sheet is closed. */
export function SendingSheet({ token, onClose }: { token: string; onClose: () => void }) {
  const words = sendingText;
  const sender = senderOf(token);
  const { photos, trouble } = useStore(sender.state);
  const { data: group } = useQuery({ ...sharedGroup(token), staleTime: 0 });
  const { data: sent } = useQuery(receipts(token));
  const [name, setName] = useState(readName);
  const [error, setError] = useState<string>();
  const files = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);

  const open = photos.filter(({ status }) => status === "waiting" || status === "sending" || status === "storing");
  const failed = photos.filter(({ status }) => status === "failed");
  const total = photos.length - failed.length;
  const filesLeft = group?.uploads?.filesLeft ?? 0;

  function choose() {
    if (name.trim() === "") {
      setError(words.nameMissing);
      return nameField.current?.focus();
    }
    files.current?.click();
  }

  function add({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    const chosen = [...(currentTarget.files ?? [])];
    // Otherwise choosing the same files again would cause no event.
    currentTarget.value = "";
    if (chosen.length === 0) return;
    writeName(name.trim());
    sender.add(name.trim(), chosen);
  }

  return (
    <LightDialog title={words.title} onClose={onClose}>
      {(close) => (
        <div className={styles.sheet}>
          {photos.length === 0 && <p className={styles.soft}>{words.intro}</p>}
          <Field
            ref={nameField}
            label={words.yourName}
            autoComplete="name"
            required
            maxLength={limits.guestName}
            hint={photos.length === 0 ? words.nameHint : undefined}
            error={error}
            value={name}
            onChange={({ currentTarget }) => {
              setName(currentTarget.value);
              setError(undefined);
            }}
          />
          <input ref={files} type="file" accept="image/*" multiple hidden aria-label={words.choose} onChange={add} />
          <Button
            look={photos.length === 0 ? "primary" : undefined}
            className={styles.choose}
            inactive={group?.uploads?.filesLeft === 0}
            onClick={choose}
          >
            <ImagePlus size={18} aria-hidden />
            {photos.length === 0 ? words.choose : words.chooseMore}
          </Button>
          {group?.uploads && open.length === 0 && (
            <p className={styles.soft}>{filesLeft > 0 ? words.left(filesLeft) : words.full}</p>
          )}
          <div role="status" className={styles.state}>
            {total > 0 && (
              <p className={styles.count}>
                {open.length > 0 ? words.progress(total - open.length, total) : words.allSent}
              </p>
            )}
            {failed.length > 0 && <p className={styles.failure}>{words.someFailed(failed.length)}</p>}
            {trouble !== null && open.length > 0 && (
              <p className={styles.trouble}>
                <CloudOff size={16} aria-hidden />
                {words[trouble]}
              </p>
            )}
          </div>
          {open.length > 0 && (
            <>
              <progress
                className={styles.whole}
                aria-label={words.progress(total - open.length, total)}
                max={total}
                value={photos.reduce((sum, { share, status }) => sum + (status === "failed" ? 0 : share), 0)}
              />
              <p className={styles.soft}>{words.keepOpen}</p>
            </>
          )}
          {photos.length > 0 && (
            <ul className={styles.list} aria-label={words.list}>
              {photos.map((photo) => (
                <Row key={photo.key} photo={photo} />
              ))}
            </ul>
          )}
          {sent !== undefined && sent.length > 0 && open.length === 0 && (
            <section className={styles.receipt} aria-label={words.receiptList}>
              <p>
                <Check size={18} aria-hidden />
                {words.receipt(sent.length)}
              </p>
              {photos.length === 0 && (
                <ul className={styles.list}>
                  {sent.map(({ fileName, imageId }) => (
                    <li key={imageId}>
                      <span className={styles.name}>{fileName}</span>
                      <span className={styles.soft}>{words.states.sent}</span>
                    </li>
                  ))}
                </ul>
              )}
            </section>
          )}
          <div className={styles.actions}>
            <Button onClick={close}>{text.common.close}</Button>
          </div>
        </div>
      )}
    </LightDialog>
  );
}

function Row({ photo: { name, status, share, reason } }: { photo: SentPhoto }) {
  return (
    <li>
      <span className={styles.name}>{name}</span>
      {status === "sending" && share > 0 ? (
        <progress max={1} value={share} aria-label={name} />
      ) : (
        <span className={status === "failed" ? styles.failure : styles.soft}>
          {status === "failed" && <TriangleAlert size={14} aria-hidden />}
          {(status === "sent" || status === "already") && <Check size={14} aria-hidden />}
          {sendingText.states[status]}
        </span>
      )}
      {reason !== undefined && <span className={styles.reason}>{reason}</span>}
    </li>
  );
}
