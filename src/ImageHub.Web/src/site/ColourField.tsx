import { Field } from "../design/fields/Field";
import { deskText } from "../text/desk";
import styles from "./ColourField.module.css";

/** The app's default accent colour, and the initial value of a custom colour (see `design/tokens.css`). */
export const usualAccent = "#2a2b2d";

/** Colours with sufficient contrast to white text. */
const suggested = {
  blue: "#1f5fd0",
  green: "#1d6f42",
  brown: "#8a4b14",
  red: "#a1263b",
  violet: "#6b3fa0",
  slate: "#3f4a59",
} as const;

/** Whether the text is a complete colour. */
export const isColour = (typed: string) => /^#[0-9a-f]{6}$/i.test(typed);

/** A field for a colour: typed, picked, or chosen from suggestions. */
export function ColourField({
  value,
  error,
  onChange,
}: {
  /** `#rrggbb`, or an incomplete input. */
  value: string;
  error: string | undefined;
  onChange: (colour: string) => void;
}) {
  const words = deskText.site;
  return (
    <div className={styles.colour}>
      <Field
        label={words.colour}
        value={value}
        maxLength={7}
        spellCheck={false}
        autoComplete="off"
        dir="ltr"
        hint={words.colourHint}
        error={error}
        onChange={({ target }) => onChange(target.value.trim())}
        onBlur={() => isColour(`#${value}`) && onChange(`#${value}`)}
      />
      <div className={styles.swatches}>
        <input
          type="color"
          className={styles.swatch}
          aria-label={words.pick}
          title={words.pick}
          value={isColour(value) ? value : usualAccent}
          onChange={({ target }) => onChange(target.value)}
        />
        {Object.entries(suggested).map(([name, colour]) => (
          <button
            key={name}
            type="button"
            className={styles.swatch}
            style={{ background: colour }}
            aria-label={words.suggested[name as keyof typeof suggested]}
            title={words.suggested[name as keyof typeof suggested]}
            aria-pressed={value.toLowerCase() === colour}
            onClick={() => onChange(colour)}
          />
        ))}
      </div>
    </div>
  );
}
