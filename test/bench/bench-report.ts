/** A measured number. */
export interface Figure {
  /** The benchmark, what was measured, and the quantity: `cpu: batch store, floor: CPU a file`. */
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The smallest and the largest of several rounds. */
  readonly range?: readonly [number, number];
  readonly goal?: { readonly atMost?: number; readonly atLeast?: number };
}

/** Requests over time against a limit, for a plot. Each list has one number for each second. */
export interface RequestSeries {
  readonly name: string;
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /** Requests that the limit allows on average. */
  readonly limit: readonly number[];
}

/** Everything that a run of the benchmarks found out; the content of its JSON file. */
export interface BenchResults {
  readonly date: string;
  readonly machine: string;
  /** How much was measured. Only figures of the same sizes can be compared. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly figures: readonly Figure[];
  readonly series: readonly RequestSeries[];
}

/** Prints the tables of the benchmarks and collects their figures. */
export class BenchReport {
  readonly figures: Figure[] = [];
  readonly series: RequestSeries[] = [];
  readonly say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Returns false if the figure misses its goal. */
  add(figure: Figure): boolean {
    this.figures.push(figure);
    return isReached(figure);
  }
}

/** Returns false if the figure misses its goal. */
function isReached({ value, goal }: Figure): boolean {
  const { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = goal ?? {};
  return value <= atMost && value >= atLeast;
}

/** A list of the figures that miss their goals. */
export function missedLines(figures: readonly Figure[]): string[] {
  return figures
    .filter((figure) => !isReached(figure))
    .map((figure) => `MISSED: ${figure.name}: ${formatFigure(figure)}, goal ${goalText(figure)}`);
}

/** A table of the figures beside those of an earlier run, with the change in percent. */
export function comparisonLines(now: BenchResults, earlier: BenchResults): string[] {
  const before = new Map(earlier.figures.map((figure) => [figure.name, figure]));
  const after = new Set(now.figures.map(({ name }) => name));
  const rows = now.figures.map((figure) => {
    const old = before.get(figure.name);
    return [
      figure.name,
      old === undefined ? '–' : formatFigure(old),
      formatFigure(figure),
      old === undefined ? '–' : changeText(old.value, figure.value),
    ];
  });
  const gone = earlier.figures
    .filter(({ name }) => !after.has(name))
    .map((figure) => [figure.name, formatFigure(figure), '–', '–']);
  const sizes = [JSON.stringify(earlier.sizes), JSON.stringify(now.sizes)];
  const warning =
    sizes[0] === sizes[1] ? [] : [`The sizes differ: ${sizes[0]} before, ${sizes[1]} now.`, ''];
  return [
    ...warning,
    `| figure | ${earlier.date} | ${now.date} | change |`,
    '|---|---|---|---|',
    ...[...rows, ...gone].map((cells) => `| ${cells.join(' | ')} |`),
  ];
}

/** The value with its unit, rounded to about three digits. */
function formatFigure({ value, unit }: Pick<Figure, 'value' | 'unit'>): string {
  const size = Math.abs(value);
  const text = Number.isInteger(value) || size >= 100 ? value.toFixed(0) : value.toPrecision(3);
  return unit === '' ? text : `${text} ${unit}`;
}

function changeText(before: number, after: number): string {
  if (before === after) return '0 %';
  if (before === 0) return 'was 0';
  const percent = (100 * (after - before)) / Math.abs(before);
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

function goalText({ goal, unit }: Figure): string {
  const bounds = [
    ['at most', goal?.atMost],
    ['at least', goal?.atLeast],
  ] as const;
  return bounds
    .flatMap(([word, value]) =>
      value === undefined ? [] : [`${word} ${formatFigure({ value, unit })}`],
    )
    .join(' and ');
}
