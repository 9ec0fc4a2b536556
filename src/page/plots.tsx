import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatCount } from '../core/counted.ts';
import type { RunSample } from '../core/run-sample.ts';
import { formatInstant, formatRate } from './format.ts';
import { Section } from './parts.tsx';
import { requestSeries, timeTexts } from './plot-data.ts';

/** One line of a plot. `kind` names its colour. */
interface Line {
  readonly name: string;
  readonly kind: string;
  readonly isArea?: boolean;
  readonly values: readonly (number | null)[];
  format(value: number): string;
}

const HEIGHT = 180;
const DASHED = 'allowed';

/** Requests a second, the rate that the service allows as far as ucbulk knows it, and answers 429. */
export function RequestPlot({ samples }: { readonly samples: readonly RunSample[] }) {
  const { times, requests, allowed, throttled } = useMemo(() => requestSeries(samples), [samples]);
  const lines: Line[] = [
    { name: 'requests', kind: 'running', isArea: true, values: requests, format: formatRate },
    { name: 'allowed', kind: DASHED, values: allowed, format: formatRate },
  ];
  return <Plot title="Requests a second" times={times} lines={lines} marks={throttled} />;
}

/** Items with an outcome, and items that wait, over time. */
export function ItemPlot({ samples }: { readonly samples: readonly RunSample[] }) {
  const lines = useMemo(() => {
    const line = (name: string, kind: string, count: (sample: RunSample) => number): Line => {
      return {
        name,
        kind,
        isArea: kind === 'done',
        values: samples.map(count),
        format: formatCount,
      };
    };
    const all = [
      line('done', 'done', ({ done }) => done),
      line('skipped', 'skipped', ({ skipped }) => skipped),
      line('failed', 'failed', ({ failed }) => failed),
      line('in doubt', 'in-doubt', ({ inDoubt }) => inDoubt),
      line('waiting', 'waiting', ({ waiting }) => waiting),
    ];
    return all.filter(({ kind, values }) => kind === 'done' || values.some((value) => value !== 0));
  }, [samples]);
  return <Plot title="Items" times={samples.map(({ at }) => at / 1000)} lines={lines} marks={[]} />;
}

function Plot(props: {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly marks: readonly number[];
}) {
  const { title, times, lines, marks } = props;
  const [place, setPlace] = useState<number | null>(null);
  const shown = place ?? times.length - 1;
  const value = ({ values, format }: Line) => {
    const number = values[shown];
    return number == null ? '–' : format(number);
  };
  const total = marks.reduce((sum, one) => sum + one, 0);
  const words = lines.map((line) => `${line.name} ${value(line)}`).join(', ');
  return (
    <Section
      title={title}
      class="plot"
      aside={<span class="mute push">{formatInstant(1000 * (times[shown] ?? 0))}</span>}
    >
      <ul class="legend">
        {lines.map((line) => (
          <li key={line.name}>
            <i class={`swatch ${line.kind}`} />
            {line.name} <b>{value(line)}</b>
          </li>
        ))}
        {total > 0 && (
          <li>
            <i class="swatch throttled" />
            answers 429 <b>{formatCount(place === null ? total : (marks[place] ?? 0))}</b>
          </li>
        )}
      </ul>
      <Canvas {...props} hover={setPlace} label={`${title} over time. At the end: ${words}.`} />
    </Section>
  );
}

/** The drawing of a plot. uPlot draws it again when the data, the width or the colours change. */
function Canvas(props: {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly marks: readonly number[];
  readonly label: string;
  hover(place: number | null): void;
}) {
  const { times, lines, marks, label, hover } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latestMarks = useRef(marks);
  latestMarks.current = marks;
  const data = [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const theme = useTheme();
  useEffect(() => {
    const { current: element } = place;
    if (element === null) return undefined;
    const options = plotOptions(element, { lines, marks: () => latestMarks.current, hover });
    const drawn = new uPlot(options, data, element);
    plot.current = drawn;
    const resize = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [theme, lines.map(({ kind }) => kind).join()]);
  useEffect(() => plot.current?.setData(data), [times.length, times.at(-1)]);
  return <div class="canvas" ref={place} role="img" aria-label={label} />;
}

function plotOptions(
  element: HTMLElement,
  plot: {
    readonly lines: readonly Line[];
    marks(): readonly number[];
    hover(place: number | null): void;
  },
): uPlot.Options {
  const color = (name: string, share = 100) => resolveColor(element, name, share);
  const axis: uPlot.Axis = {
    stroke: color('mute'),
    grid: { stroke: color('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    // The last time on the axis is centred at the right edge, so it needs half its width there.
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, 1.08 * most)] } },
    axes: [
      {
        ...axis,
        size: 28,
        space: 84,
        values: (_, times) => timeTexts(times),
      },
      { ...axis, size: 48, values: (_, values) => values.map((value) => shortCount(value)) },
    ],
    series: [
      {},
      ...plot.lines.map(
        ({ kind, isArea }): uPlot.Series => ({
          stroke: color(kind),
          width: 1.5,
          points: { show: false },
          ...(isArea && { fill: color(kind, 14) }),
          ...(kind === DASHED && { dash: [5, 4] }),
        }),
      ),
    ],
    hooks: {
      draw: [(drawn) => drawMarks(drawn, plot.marks(), color('failed'))],
      setCursor: [
        ({ cursor }) =>
          plot.hover(cursor.left != null && cursor.left >= 0 ? (cursor.idx ?? null) : null),
      ],
    },
  };
}

/** Draws a short line at the bottom for each time at which the service answered 429. */
function drawMarks({ ctx, bbox, data, valToPos }: uPlot, marks: readonly number[], color: string) {
  ctx.fillStyle = color;
  const pixel = devicePixelRatio;
  for (const [index, count] of marks.entries()) {
    if (count === 0) continue;
    const x = valToPos(data[0][index] ?? 0, 'x', true);
    ctx.fillRect(x - pixel, bbox.top + bbox.height - 9 * pixel, 2 * pixel, 9 * pixel);
  }
}

function shortCount(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 10_000 ? `${value / 1000} k` : String(value);
}

/** The colour of a name in the style sheet, as the browser computes it for light, dark and print. */
function resolveColor(element: HTMLElement, name: string, share: number): string {
  element.style.color = `color-mix(in srgb, var(--${name}) ${share}%, transparent)`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}

/** A number that changes when the colours of the page change. */
function useTheme(): number {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const queries = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query));
    const change = () => setTheme((before) => before + 1);
    for (const query of queries) query.addEventListener('change', change);
    return () => {
      for (const query of queries) query.removeEventListener('change', change);
    };
  }, []);
  return theme;
}
