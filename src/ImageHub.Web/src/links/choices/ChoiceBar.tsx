import { useQuery } from "@tanstack/react-query";
import { Download, Heart, Send } from "lucide-react";
import { type FormEvent, useState } from "react";
import { limits } from "../../api/limits";
import { useStore } from "../../api/useStore";
import { maxIds } from "../../archives/archives";
import { DownloadDialog } from "../../archives/DownloadDialog";
import { type Offers, offersFull } from "../../archives/offers";
import { Button } from "../../design/Button";
import { Field } from "../../design/fields/Field";
import { LightDialog } from "../../design/overlays/LightDialog";
import { reason } from "../../shell/Failure";
import { text } from "../../text";
import { dateTime } from "../../text/format";
import { guestText } from "../../text/guest";
import styles from "./ChoiceBar.module.css";
import { explain, favouritesOf, isChanged, standing, submitFavourites } from "./favourites";

/** The bar of a shared group: the number of photos the guest has chosen, and the actions for them. */
export function ChoiceBar({
  token,
  count,
  offers,
  isOnly,
  onOnly,
}: {
  token: string;
  /** The number of the group's photos. */
  count: number;
  offers: Offers;
  /** Whether only the chosen photos are shown. */
  isOnly: boolean;
  onOnly: (isOnly: boolean) => void;
}) {
  const { data, error, refetch } = useQuery(favouritesOf(token));
  const { failure } = useStore(standing);
  const [dialog, setDialog] = useState<"name" | "download">();
  const [busy, setBusy] = useState(false);
  const words = guestText.choice;
  if (data === undefined)
    return (
      error && (
        <section className={styles.bar} aria-label={words.name}>
          <p role="alert" className={styles.failure}>
            {words.notRead} {reason(error)}
          </p>
          <div className={styles.actions}>
            <Button onClick={() => refetch()}>{text.common.tryAgain}</Button>
          </div>
        </section>
      )
    );
  const { items, name, submittedAt } = data;

  /** Sends the choice under the known name, or asks for a name first. */
  async function send() {
    if (!name) return setDialog("name");
    if (busy) return;
    setBusy(true);
    await submitFavourites(token, name).catch((error) => standing.set({ failure: explain(error, words.notSent) }));
    setBusy(false);
  }

  return (
    <section className={styles.bar} aria-label={words.name}>
      <div className={styles.words}>
        <p role="status" className={styles.count}>
          <Heart size={16} aria-hidden />
          {items.length > 0 ? words.chosen(items.length, count) : words.hint}
        </p>
        {failure ? (
          <p role="alert" className={styles.failure}>
            {failure}
          </p>
        ) : (
          <p role="status" className={styles.sent}>
            {submittedAt && (isChanged(token, submittedAt) ? words.changed : words.sentOn(dateTime(submittedAt)))}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        {(items.length > 0 || isOnly) && (
          <Button
            look="quiet"
            aria-pressed={isOnly}
            className={isOnly ? styles.on : ""}
            onClick={() => onOnly(!isOnly)}
          >
            {words.only}
          </Button>
        )}
        {offers.downloads !== "none" && items.length > 0 && items.length <= maxIds && (
          <Button
            aria-label={guestText.choice.download}
            className={styles.download}
            onClick={() => setDialog("download")}
          >
            <Download size={16} aria-hidden />
            <span>{guestText.selection.download}</span>
          </Button>
        )}
        {items.length > 0 && (
          <Button look="primary" inactive={busy} onClick={() => void send()}>
            <Send size={16} aria-hidden />
            {submittedAt ? words.sendAgain : words.send}
          </Button>
        )}
      </div>
      {dialog === "name" && <NameDialog token={token} onClose={() => setDialog(undefined)} />}
      {dialog === "download" && (
        <DownloadDialog
          of={{ token }}
          count={items.length}
          hasFull={offersFull(offers)}
          ids={items.map(({ imageId }) => imageId)}
          onClose={() => setDialog(undefined)}
        />
      )}
    </section>
  );
}

/** Asks for the guest's name and sends the choice. */
function NameDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const words = guestText.choice;
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>, close: () => void) {
    event.preventDefault();
    if (busy) return;
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (name === "") return;
    setBusy(true);
    try {
      await submitFavourites(token, name);
      close();
    } catch (failure) {
      setError(explain(failure, words.notSent));
    }
    setBusy(false);
  }

  return (
    <LightDialog title={words.sendTitle} onClose={onClose}>
      {(close) => (
        <form className={styles.form} onSubmit={(event) => void submit(event, close)}>
          <Field
            label={words.yourName}
            name="name"
            autoComplete="name"
            required
            maxLength={limits.guestName}
            hint={words.nameHint}
            error={error}
          />
          <div className={styles.actions}>
            <Button onClick={close}>{text.common.cancel}</Button>
            <Button type="submit" look="primary" inactive={busy}>
              {busy ? words.sending : words.send}
            </Button>
          </div>
        </form>
      )}
    </LightDialog>
  );
}
