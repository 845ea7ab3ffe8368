import { ImageUp, Trash2 } from "lucide-react";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { Button, buttonClass } from "../design/Button";
import { SelectField } from "../design/fields/Field";
import { reason } from "../shell/Failure";
import { deskText } from "../text/desk";
import { percent } from "../text/format";
import { addMark } from "./changes";
import type { Site } from "./site";
import styles from "./WatermarkFields.module.css";

type Watermark = NonNullable<Site["watermark"]>;

/** The look of a watermark until the owner changes it. */
const usual = { position: "bottomRight", opacity: 0.7, widthPercent: 20 } as const;

const positions = ["center", "bottomRight", "tile"] as const;

/** The owner's watermark: a chosen file, its place, opacity and width, with a preview on a light and a dark picture. */
export function WatermarkFields({
  value,
  refusal,
  onChange,
}: {
  value: Site["watermark"];
  /** Why the server refused the watermark, if it did. */
  refusal: string | undefined;
  /** Changes the latest watermark, because others may be edited while a file is uploaded. */
  onChange: (change: (watermark: Site["watermark"]) => Site["watermark"]) => void;
}) {
  const words = deskText.watermark;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const upload = useRef<AbortController>(null);
  useEffect(() => () => upload.current?.abort(), []);
  const edit = (changed: Partial<Watermark>) => onChange((latest) => latest && { ...latest, ...changed });
  const wrong = error ?? refusal;

  async function send(file: File | undefined) {
    if (file === undefined) return;
    upload.current = new AbortController();
    const { signal } = upload.current;
    setBusy(true);
    setError(undefined);
    try {
      const imageId = await addMark(file, value?.imageId, signal);
      if (!signal.aborted) onChange((latest) => ({ ...(latest ?? usual), imageId }));
    } catch (failure) {
      if (!signal.aborted) setError(reason(failure));
    }
    setBusy(false);
  }

  return (
    <fieldset className={styles.watermark}>
      <legend>{words.title}</legend>
      <p className={styles.hint}>{words.hint}</p>
      {value && (
        <div className={styles.samples}>
          <Sample mark={value} tone="light" />
          <Sample mark={value} tone="dark" />
        </div>
      )}
      <div className={styles.buttons}>
        <button
          ref={choose}
          type="button"
          className={buttonClass()}
          aria-disabled={busy || undefined}
          onClick={() => !busy && input.current?.click()}
        >
          <ImageUp size={16} aria-hidden />
          {value ? words.replace : words.choose}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/png,image/webp,image/jpeg,image/avif"
          onChange={({ currentTarget }) => {
            void send(currentTarget.files?.[0]);
            // Otherwise choosing the same file again would cause no event.
            currentTarget.value = "";
          }}
        />
        {value && (
          <Button
            look="quiet"
            aria-label={words.remove}
            onClick={() => {
              // This button disappears with the watermark, so the focus moves first.
              choose.current?.focus();
              upload.current?.abort();
              onChange(() => null);
            }}
          >
            <Trash2 size={16} aria-hidden />
          </Button>
        )}
        <span role="status" className={styles.hint}>
          {busy && words.uploading}
        </span>
      </div>
      {wrong && (
        <p role="alert" data-failure={refusal !== undefined || undefined} className={styles.error}>
          {wrong}
        </p>
      )}
      {value && (
        <div className={styles.settings}>
          <SelectField
            label={words.position}
            value={value.position}
            onChange={({ target }) => edit({ position: target.value as Watermark["position"] })}
          >
            {positions.map((position) => (
              <option key={position} value={position}>
                {words.positions[position]}
              </option>
            ))}
          </SelectField>
          <Slider
            label={words.opacity}
            min={5}
            value={Math.round(value.opacity * 100)}
            onChange={(percent) => edit({ opacity: percent / 100 })}
          />
          <Slider
            label={words.width}
            min={1}
            value={Math.round(value.widthPercent)}
            onChange={(widthPercent) => edit({ widthPercent })}
          />
        </div>
      )}
    </fieldset>
  );
}

const Slider = ({
  label,
  min,
  value,
  onChange,
}: {
  label: string;
  min: number;
  /** In percent, at most 100. */
  value: number;
  onChange: (percent: number) => void;
}) => (
  <label className={styles.slider}>
    <span>
      {label} {percent(value)}
    </span>
    <input
      type="range"
      min={min}
      max={100}
      value={value}
      aria-valuetext={percent(value)}
      onChange={({ target }) => onChange(target.valueAsNumber)}
    />
  </label>
);

/** An approximate preview on a picture with the aspect ratio 3 : 2. */
function Sample({
  mark: { imageId, position, opacity, widthPercent },
  tone,
}: {
  mark: Watermark;
  tone: "light" | "dark";
}) {
  const [ratio, setRatio] = useState(1);
  const url = `/api/v1/images/${imageId}/high`;
  return (
    <div
      className={`${styles.sample} ${styles[tone]} ${styles[position]}`}
      style={
        {
          "--mark-opacity": opacity,
          "--mark-width": widthPercent,
          "--mark-ratio": ratio,
        } as CSSProperties
      }
    >
      {Array.from({ length: position === "tile" ? 60 : 1 }, (_, number) => (
        <img
          // biome-ignore lint/suspicious/noArrayIndexKey: equal pictures have no identity but their position.
          key={number}
          src={url}
          alt={number === 0 && tone === "light" ? deskText.watermark.title : ""}
          onLoad={({ currentTarget }) => setRatio(currentTarget.naturalWidth / currentTarget.naturalHeight)}
        />
      ))}
    </div>
  );
}
