import { text } from "../text";
import { deskText } from "../text/desk";
import { date, dateTime } from "../text/format";
import styles from "./HistoryChart.module.css";
import type { Point } from "./queries";

const [width, height] = [1000, 240];

/**
 * The history of a quantity: a line through the last value of each interval, drawn over a band from the minimum to the
 * maximum. A table has the same numbers.
 */
export function HistoryChart({ points, from, to }: { points: Point[]; from: string; to: string }) {
  const top = roundUp(Math.max(1, ...points.map(({ max }) => max)));
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const x = (time: string) => round(((Date.parse(time) - start) / Math.max(1, end - start)) * width);
  const y = (quantity: number) => round(height - (quantity / top) * height);
  const at = end - start > 2 * 86_400_000 ? date : dateTime;

  // A quantity holds until the next one is recorded, so the line has steps and reaches the end of the chart.
  const ends = points.map((_, index) => (index + 1 < points.length ? x(points[index + 1]?.at ?? to) : width));
  const line = points.map(({ at, last }, i) => `${i === 0 ? "M" : "L"}${x(at)} ${y(last)}H${ends[i]}`).join("");
  const band = points
    .map(({ at, min, max }, i) => `M${x(at)} ${y(max)}H${Math.max(ends[i] ?? 0, x(at) + 1)}V${y(min)}H${x(at)}Z`)
    .join("");
  return (
    <figure className={styles.figure}>
      <div className={styles.chart}>
        <div className={styles.quantities} aria-hidden>
          <span>{text.common.count(top)}</span>
          <span>{text.common.count(top / 2)}</span>
          <span>0</span>
        </div>
        <svg
          className={styles.plot}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={summary(points, at)}
        >
          <path className={styles.grid} d={`M0 0H${width}M0 ${height / 2}H${width}M0 ${height}H${width}`} />
          <path className={styles.band} d={band} />
          <path className={styles.line} d={line} />
        </svg>
        <div className={styles.times} aria-hidden>
          <span>{at(from)}</span>
          <span>{at(to)}</span>
        </div>
      </div>
      <details className={styles.table}>
        <summary>{deskText.stock.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{deskText.stock.from}</th>
              <th scope="col">{deskText.stock.min}</th>
              <th scope="col">{deskText.stock.max}</th>
              <th scope="col">{deskText.stock.last}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.at}>
                <th scope="row">{dateTime(point.at)}</th>
                <td>{text.common.count(point.min)}</td>
                <td>{text.common.count(point.max)}</td>
                <td>{text.common.count(point.last)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function summary(points: Point[], at: (iso: string) => string) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return deskText.stock.noneInRange;
  return deskText.stock.summary(
    at(first.at),
    at(last.at),
    Math.min(...points.map(({ min }) => min)),
    Math.max(...points.map(({ max }) => max)),
    last.last,
  );
}

/** Rounds up to an even number of two significant digits, so that the axis can be halved. */
function roundUp(value: number) {
  const unit = Math.max(1, 10 ** Math.floor(Math.log10(value) - 1)) * 2;
  return Math.ceil(value / unit) * unit;
}

const round = (value: number) => Math.round(value * 10) / 10;
