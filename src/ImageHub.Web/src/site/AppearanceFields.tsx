import { type ReactNode, useId } from "react";
import { deskText } from "../text/desk";
import styles from "./AppearanceFields.module.css";
import type { Site } from "./site";

/** The field for the layout of a group's photos. Each option shows a drawing of the layout. */
export const LayoutField = ({
  value,
  onChange,
}: {
  value: Site["layout"];
  onChange: (layout: Site["layout"]) => void;
}) => (
  <Choice
    label={deskText.site.layout}
    value={value}
    onChange={onChange}
    options={[
      { value: "rows", content: <Sketch of="rows" />, name: deskText.site.layouts.rows },
      { value: "columns", content: <Sketch of="columns" />, name: deskText.site.layouts.columns },
      { value: "single", content: <Sketch of="single" />, name: deskText.site.layouts.single },
    ]}
  />
);

/** The field for the typeface of titles. Each option shows a sample word. */
export const TypefaceField = ({
  value,
  onChange,
}: {
  value: Site["typeface"];
  onChange: (typeface: Site["typeface"]) => void;
}) => (
  <Choice
    label={deskText.site.typeface}
    value={value}
    onChange={onChange}
    options={(["serif", "sans"] as const).map((typeface) => ({
      value: typeface,
      content: (
        <span className={styles.sample} data-typeface={typeface} aria-hidden>
          {deskText.site.typefaceSample}
        </span>
      ),
      name: deskText.site.typefaces[typeface],
    }))}
  />
);

function Choice<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; content: ReactNode; name: string }[];
}) {
  const group = useId();
  return (
    <fieldset className={styles.choice}>
      <legend>{label}</legend>
      <div className={styles.options}>
        {options.map((option) => (
          <label key={option.value} className={styles.option}>
            {option.content}
            <span className={styles.name}>
              <input
                type="radio"
                name={group}
                checked={option.value === value}
                onChange={() => onChange(option.value)}
              />
              {option.name}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The rectangles of each drawing: left, top, width and height. */
const sketches: Record<Site["layout"], [number, number, number, number][]> = {
  rows: [
    [0, 0, 34, 19],
    [36, 0, 18, 19],
    [56, 0, 24, 19],
    [0, 21, 22, 19],
    [24, 21, 28, 19],
    [54, 21, 26, 19],
  ],
  columns: [
    [0, 0, 25, 24],
    [0, 26, 25, 14],
    [27, 0, 26, 13],
    [27, 15, 26, 25],
    [55, 0, 25, 18],
    [55, 20, 25, 20],
  ],
  single: [
    [14, 0, 52, 27],
    [14, 30, 52, 10],
  ],
};

const Sketch = ({ of }: { of: Site["layout"] }) => (
  <svg className={styles.sketch} viewBox="0 0 80 40" aria-hidden="true">
    {sketches[of].map(([x, y, width, height]) => (
      <rect key={`${x} ${y}`} x={x} y={y} width={width} height={height} rx="1.5" />
    ))}
  </svg>
);
