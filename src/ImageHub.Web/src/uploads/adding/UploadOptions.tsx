import { useId, useState } from "react";
import { Input, NumberField } from "react-aria-components";
import { useStore } from "../../api/useStore";
import { mineText } from "../../text/mine";
import { largest, longestSide, setLongestSide, smallest } from "./longestSide";
import styles from "./UploadOptions.module.css";

const sizes = [2048, 3840];

/** The size in which photos are uploaded. The browser stores it, and it applies to files added later. */
export function UploadOptions() {
  const side = useStore(longestSide);
  const [isCustom, setIsCustom] = useState(side !== null && !sizes.includes(side));
  const id = useId();

  function choose(value: string) {
    setIsCustom(value === "custom");
    if (value === "custom") setLongestSide(side ?? 3000);
    else setLongestSide(value === "original" ? null : Number(value));
  }

  return (
    <div className={styles.options}>
      <p className={styles.note}>{mineText.sizeText}</p>
      <div className={styles.fields}>
        <label className={styles.label} htmlFor={`${id}-side`}>
          {mineText.uploads.longestSide}
        </label>
        <select
          id={`${id}-side`}
          className={styles.field}
          value={isCustom ? "custom" : (side ?? "original")}
          aria-describedby={`${id}-note`}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="original">{mineText.uploads.original}</option>
          {sizes.map((pixels) => (
            <option key={pixels} value={pixels}>
              {mineText.uploads.atMost(pixels)}
            </option>
          ))}
          <option value="custom">{mineText.uploads.customSide}</option>
        </select>
        {isCustom && (
          <NumberField
            aria-label={mineText.uploads.customLabel}
            value={side ?? smallest}
            minValue={smallest}
            maxValue={largest}
            // An emptied field returns to its last value.
            onChange={(pixels) => setLongestSide(Number.isNaN(pixels) ? side : Math.round(pixels))}
            className={styles.custom ?? ""}
          >
            <Input className={styles.field ?? ""} />
            <span aria-hidden>px</span>
          </NumberField>
        )}
      </div>
      <p id={`${id}-note`} className={styles.note}>
        {side === null ? mineText.uploads.originalNote : mineText.uploads.smallerNote}
      </p>
    </div>
  );
}
