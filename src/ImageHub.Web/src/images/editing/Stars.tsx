import { Star } from "lucide-react";
import { deskText } from "../../text/desk";
import { mineText } from "../../text/mine";
import { type Rating, stars } from "./rating";
import styles from "./Stars.module.css";

/** A rating as stars that can be clicked. Clicking the star of the current rating removes the rating. */
export function Stars({
  rating,
  onRate,
  takesFocus = true,
}: {
  rating: Rating;
  onRate: (rating: Rating) => void;
  /** Whether a click moves the focus to the star. */
  takesFocus?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a border and a legend.
    <div role="group" aria-label={deskText.rating.label} className={styles.stars}>
      {stars.map((star) => (
        <button
          key={star}
          type="button"
          aria-label={mineText.desk.stars(star)}
          aria-pressed={rating === star}
          data-lit={(rating !== null && star <= rating) || undefined}
          className={styles.star}
          onMouseDown={takesFocus ? undefined : (event) => event.preventDefault()}
          onClick={() => onRate(rating === star ? null : star)}
        >
          <Star size={20} aria-hidden />
        </button>
      ))}
    </div>
  );
}

/** The stars on a thumbnail. They are hidden from screen readers, because the row's name contains the rating. */
export const StarBadge = ({ rating }: { rating: number }) => (
  <span className={styles.badge} aria-hidden>
    {stars.map((star) => star <= rating && <Star key={star} size={11} />)}
  </span>
);
