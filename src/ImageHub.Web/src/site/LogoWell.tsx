import { ImageUp, Trash2 } from "lucide-react";
import { type DragEvent, useId, useRef, useState } from "react";
import { Problem } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { reason } from "../shell/Failure";
import { deskText } from "../text/desk";
import { fitLogo } from "./Brand";
import { deleteLogo, type LogoKind, replaceLogo } from "./changes";
import styles from "./LogoWell.module.css";
import type { Site } from "./site";

/** The server's limit for the file of a logo, in bytes. */
const maxBytes = 5 * 1024 * 1024;

/** The maximum size of the preview, in CSS pixels. */
const box = { width: 240, height: 72 };
const smallBox = { width: 220, height: 36 };

/** A logo on its background. A dropped or chosen file replaces the logo; a button removes it. Changes are saved at once. */
export function LogoWell({ kind, site }: { kind: LogoKind; site: Site }) {
  const words = deskText.site;
  const isDark = kind === "logoDark";
  const [busy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const [status, setStatus] = useState<string>();
  const [error, setError] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const note = useId();
  const name = isDark ? words.logoDark : words.logoLight;
  const logo = site[kind];

  async function run(change: () => Promise<void>, doing: string, done: string) {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    setStatus(doing);
    try {
      await change();
      setStatus(done);
    } catch (failure) {
      setStatus(undefined);
      setError(explain(failure));
    }
    setBusy(false);
  }

  function send(file: File | undefined) {
    if (file === undefined) return;
    if (file.size > maxBytes) {
      setStatus(undefined);
      setError(words.logoTooLarge);
    } else void run(() => replaceLogo(kind, file), words.logoUploading, words.logoSaved);
  }

  function remove() {
    // This button disappears with the logo, so the focus moves first.
    choose.current?.focus();
    void run(() => deleteLogo(kind), words.logoRemoving, words.logoRemoved);
  }

  const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid cell of its parent in all browsers.
    <div
      role="group"
      aria-label={name}
      className={styles.logo}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        send(event.dataTransfer.files[0]);
      }}
    >
      <div className={`${styles.ground} ${isDark ? styles.dark : styles.light}`} data-over={isOver || undefined}>
        {logo ? (
          <img src={logo.url} {...fitLogo(logo, box)} alt={words.logoAlt(name)} />
        ) : isDark && site.logo ? (
          <>
            <img src={site.logo.url} {...fitLogo(site.logo, smallBox)} alt="" className={styles.substitute} />
            <span>{words.logoSame}</span>
          </>
        ) : (
          <span>{words.logoDrop}</span>
        )}
      </div>
      <p className={styles.name}>{name}</p>
      <div className={styles.buttons}>
        <button
          ref={choose}
          type="button"
          className={buttonClass()}
          aria-label={logo ? words.logoReplaceOne(name) : words.logoChooseOne(name)}
          aria-disabled={busy || undefined}
          aria-describedby={error ? note : undefined}
          onClick={() => !busy && input.current?.click()}
        >
          <ImageUp size={16} aria-hidden />
          {logo ? words.logoReplace : words.logoChoose}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/png,image/webp,image/jpeg,image/avif"
          onChange={({ currentTarget }) => {
            send(currentTarget.files?.[0]);
            // Otherwise choosing the same file again would cause no event.
            currentTarget.value = "";
          }}
        />
        {logo && (
          <Button look="quiet" aria-label={words.logoRemoveOne(name)} inactive={busy} onClick={remove}>
            <Trash2 size={16} aria-hidden />
          </Button>
        )}
      </div>
      {error && (
        <p id={note} role="alert" className={styles.error}>
          {error}
        </p>
      )}
      <p role="status" className={styles.status}>
        {status}
      </p>
    </div>
  );
}

function explain(failure: unknown) {
  const { logoTooLarge, logoFormat, logoBroken } = deskText.site;
  if (!(failure instanceof Problem)) return reason(failure);
  if (failure.status === 413) return logoTooLarge;
  if (failure.status === 415) return logoFormat;
  return failure.status === 422 ? logoBroken : reason(failure);
}
