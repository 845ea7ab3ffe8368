import { Image } from "lucide-react";
import { useStore } from "../../api/useStore";
import { mineText } from "../../text/mine";
import styles from "./ThumbnailSize.module.css";
import { thumbnailStep, thumbnailWidths } from "./thumbnailSize";

/** A slider for the size of the thumbnails. */
export function ThumbnailSize() {
  const step = useStore(thumbnailStep);
  const words = mineText.desk.thumbnails;
  return (
    <label className={styles.size} title={words.size}>
      <Image size={14} aria-hidden />
      <input
        type="range"
        aria-label={words.size}
        aria-valuetext={words.step(step + 1, thumbnailWidths.length)}
        min={0}
        max={thumbnailWidths.length - 1}
        step={1}
        value={step}
        onChange={({ target }) => thumbnailStep.set(Number(target.value))}
      />
      <Image size={20} aria-hidden />
    </label>
  );
}
