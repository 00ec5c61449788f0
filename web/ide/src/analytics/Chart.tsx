import { clock } from "../kit/time.ts";
import css from "./analytics.module.css";
import { type Point, thinned, top } from "./series.ts";

const WIDTH = 640;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 20;
/** More columns than this would be thinner than a pixel. */
const MOST = 240;
const DAY_MS = 24 * 60 * 60_000;

interface ColumnsProps {
  points: readonly Point[];
  /** What the values of a point are, from the axis up. */
  names: readonly string[];
  format: (value: number) => string;
  minutes: number;
}

/** Stacked columns over time. */
export function Columns({ points, names, format, minutes }: ColumnsProps) {
  const drawn = thinned(points, MOST);
  const sum = (point: Point) => point.values.reduce((all, one) => all + one, 0);
  const most = top(Math.max(...drawn.map(sum), 0));
  const width = (WIDTH - LEFT) / Math.max(1, drawn.length);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / most) + 4;
  const first = drawn[0]?.at ?? 0;
  const last = drawn[drawn.length - 1]?.at ?? 0;
  const label = (at: number) =>
    last - first > DAY_MS
      ? new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short" })
      : clock(at);
  return (
    <>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`}
        className={css.chart}
        role="img"
        aria-label={names.join(", ")}
      >
        {[0, most / 2, most].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} className={css.rule} />
            <text x={LEFT - 6} y={y(value) + 3} textAnchor="end">
              {Number.isInteger(value) || value > 1000 ? format(value) : ""}
            </text>
          </g>
        ))}
        {drawn.map((point, column) => {
          let below = 0;
          return (
            <g key={point.at}>
              <title>
                {`${new Date(point.at).toLocaleString()}: ${point.values.map((value, at) => `${names[at]} ${format(value)}`).join(", ")}`}
              </title>
              {point.values.map((value, at) => {
                const from = below;
                below += value;
                return (
                  <rect
                    key={names[at]}
                    data-series={at}
                    x={LEFT + column * width}
                    width={Math.max(0.6, width - (width > 4 ? 1 : 0))}
                    y={y(below)}
                    height={Math.max(0, y(from) - y(below))}
                  />
                );
              })}
            </g>
          );
        })}
        <text x={LEFT} y={HEIGHT + 4}>
          {label(first)}
        </text>
        <text x={WIDTH} y={HEIGHT + 4} textAnchor="end">
          {label(last)}
        </text>
      </svg>
      <ul className={css.legend}>
        {names.map((name, at) => (
          <li key={name}>
            <i data-series={at} />
            {name}
          </li>
        ))}
        <li>{minutes === 1 ? "by minute" : minutes < 60 ? `by ${minutes} min` : `by ${minutes / 60} h`}</li>
      </ul>
    </>
  );
}

interface BarRow {
  key: string;
  name: string;
  value: number;
  words: string;
}

/** Bars beside each other, longest first. */
export function Bars({ rows }: { rows: readonly BarRow[] }) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  if (rows.length === 0) return <p className={css.empty}>No object was shown or edited in this time.</p>;
  return (
    <ul className={css.bars}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className={css.barName}>{row.name}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" className={css.bar} aria-hidden>
            <rect data-series="0" width={(100 * row.value) / most} height="8" rx="1" />
          </svg>
          <span className={css.barWords}>{row.words}</span>
        </li>
      ))}
    </ul>
  );
}
