import { Heart } from "lucide-react";
import { useParams } from "react-router";
import type { TileProps } from "../../groups/visitors/PhotoRows";
import { guestText } from "../../text/guest";
import { setFavourite } from "./favourites";
import styles from "./HeartTile.module.css";
import { useIsChosen } from "./useChoice";

/** A photo with a heart button that adds the photo to the guest's choice or removes it. */
export function HeartTile({ image: { id }, name, style, link }: TileProps) {
  const { token = "" } = useParams();
  const isChosen = useIsChosen(id);
  return (
    <span className={styles.tile} style={style}>
      {link}
      <button
        type="button"
        className={styles.heart}
        aria-label={guestText.choice.choose(name)}
        aria-pressed={isChosen}
        onClick={() => void setFavourite(token, id, isChosen ? null : "")}
      >
        <Heart size={20} aria-hidden />
      </button>
    </span>
  );
}
