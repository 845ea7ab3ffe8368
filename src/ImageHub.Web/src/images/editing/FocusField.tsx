import { type PointerEvent, useId } from "react";
import type { Photograph } from "../../api/client";
import { Button } from "../../design/Button";
import { deskText } from "../../text/desk";
import { Photo } from "../Photo";
import styles from "./FocusField.module.css";
import { type Focus, focusAfter, focusAt, percentOf } from "./focusPoint";

/** The maximum height of the photo in CSS pixels. */
const tallest = 340;

/** Sets the focus point on the whole photo, by pointer or keyboard, and shows the resulting crop. */
export function FocusField({
  image,
  focus,
  onChange,
}: {
  image: Photograph;
  focus: Focus;
  onChange: (focus: Focus) => void;
}) {
  const words = deskText.focus;
  const id = useId();
  const { x, y } = percentOf(focus);
  const follow = (event: PointerEvent<HTMLElement>) =>
    onChange(focusAt(event.currentTarget.getBoundingClientRect(), event));
  return (
    <div className={styles.field}>
      <span id={id} className={styles.label}>
        {words.label}
      </span>
      <div className={styles.photos}>
        <div
          role="slider"
          tabIndex={0}
          aria-labelledby={id}
          aria-describedby={`${id}-hint`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={x}
          aria-valuetext={words.value(x, y)}
          className={styles.whole}
          style={{ width: `min(100%, ${Math.round((tallest * image.width) / image.height)}px)` }}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            follow(event);
          }}
          onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
          onKeyDown={(event) => {
            const next = event.ctrlKey || event.metaKey || event.altKey ? undefined : focusAfter(focus, event);
            if (next === undefined) return;
            event.preventDefault();
            onChange(next);
          }}
        >
          <Photo image={image} alt="" sizes="400px" style={{ aspectRatio: `${image.width} / ${image.height}` }} />
          <span className={styles.marker} style={{ left: `${x}%`, top: `${y}%` }} />
        </div>
        <figure className={styles.crop}>
          <Photo image={{ ...image, focus }} alt="" sizes="168px" style={{ aspectRatio: "3 / 2" }} />
          <figcaption>{words.preview}</figcaption>
        </figure>
        <div className={styles.beside}>
          <p id={`${id}-hint`} className={styles.hint}>
            {words.hint}
          </p>
          <Button inactive={focus === null} onClick={() => onChange(null)}>
            {words.centre}
          </Button>
        </div>
      </div>
    </div>
  );
}
