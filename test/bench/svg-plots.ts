import type { BenchResults, RequestSeries } from './bench-report.ts';

/** A picture and the name of its file. */
export interface Plot {
  readonly file: string;
  readonly svg: string;
}

const WIDTH = 760;
const FONT = 'font-family="sans-serif" font-size="13"';
const COLOURS: Readonly<Record<string, string>> = {
  floor: '#9aa5b1',
  'rest-client': '#d98e04',
  ucbulk: '#1f6feb',
};
const LIMIT_COLOUR = '#222222';
const REFUSED_COLOUR = '#cc2936';

/** All plots that the results have data for. */
export function drawPlots(results: BenchResults): Plot[] {
  return [
    { file: 'cpu.svg', svg: drawCpuBars(results) },
    ...results.series.map((series) => ({
      file: `requests-${series.name.replaceAll(/[^a-z0-9]+/gi, '-')}.svg`,
      svg: drawRequests(series),
    })),
  ];
}

const BAR = { left: 220, width: 440, height: 18, step: 22, groupGap: 16, top: 60 };
const CPU_FIGURE = /^cpu: (.+), (.+): times the floor$/;

/** One bar for each operation and program: its CPU as a multiple of the floor. A mark shows the goal. */
function drawCpuBars({ figures, machine, date }: BenchResults): string {
  const bars = figures.flatMap(({ name, value, goal }) => {
    const [, operation = '', program = ''] = CPU_FIGURE.exec(name) ?? [];
    return operation === '' ? [] : [{ operation, program, value, goal: goal?.atMost }];
  });
  const scale = BAR.width / Math.max(1, ...bars.map(({ value }) => value));
  const shapes: string[] = [];
  let y = BAR.top;
  let lastOperation = bars[0]?.operation;
  for (const { operation, program, value, goal } of bars) {
    if (operation !== lastOperation) y += BAR.groupGap;
    lastOperation = operation;
    const right = BAR.left + value * scale;
    shapes.push(
      text(BAR.left - 8, y + 14, `${operation}, ${program}`, 'end'),
      `<rect x="${BAR.left}" y="${y}" width="${digits(value * scale)}" height="${BAR.height}" fill="${COLOURS[program] ?? '#888888'}"/>`,
      text(right + 6, y + 14, value.toFixed(2)),
    );
    if (goal !== undefined) {
      const x = digits(BAR.left + goal * scale);
      shapes.push(
        `<line x1="${x}" y1="${y - 2}" x2="${x}" y2="${y + BAR.height + 2}" stroke="${LIMIT_COLOUR}" stroke-width="2"/>`,
      );
    }
    y += BAR.step;
  }
  return picture('CPU for each file, as a multiple of the floor (black mark: the goal)', y + 16, [
    text(16, 44, `${machine}, ${date}`),
    ...shapes,
  ]);
}

const CHART = { left: 60, top: 48, width: 680, height: 220 };

/** Accepted and refused requests of each second, and the limit. */
function drawRequests({ name, accepted, refused, limit }: RequestSeries): string {
  const most = 1.1 * Math.max(1, ...accepted, ...limit);
  const bottom = CHART.top + CHART.height;
  const x = (second: number) => CHART.left + (second / Math.max(1, limit.length)) * CHART.width;
  const y = (count: number) => bottom - (count / most) * CHART.height;
  const steps = (counts: readonly number[]) =>
    counts
      .flatMap((count, second) => [
        `${digits(x(second))},${digits(y(count))}`,
        `${digits(x(second + 1))},${digits(y(count))}`,
      ])
      .join(' ');
  const line = (counts: readonly number[], colour: string, style = '') =>
    `<polyline points="${steps(counts)}" fill="none" stroke="${colour}" stroke-width="1.5"${style}/>`;
  const ticks = Array.from({ length: 4 }, (_, place) => Math.round((place * limit.length) / 3));
  const most10 = Math.max(...limit);
  return picture(`Requests per second, limit: ${name}`, bottom + 44, [
    legend(430, 'accepted', COLOURS['ucbulk']),
    legend(535, 'refused (429)', REFUSED_COLOUR),
    legend(670, 'limit', LIMIT_COLOUR),
    `<line x1="${CHART.left}" y1="${bottom}" x2="${CHART.left + CHART.width}" y2="${bottom}" stroke="#888888"/>`,
    text(CHART.left - 8, bottom + 4, '0', 'end'),
    text(CHART.left - 8, y(most10) + 4, String(most10), 'end'),
    ...ticks.map((second) => text(x(second), bottom + 20, `${second} s`, 'middle')),
    line(limit, LIMIT_COLOUR, ' stroke-dasharray="6 3"'),
    line(accepted, COLOURS['ucbulk'] ?? ''),
    line(refused, REFUSED_COLOUR),
  ]);
}

function legend(x: number, words: string, colour = ''): string {
  const box = `<rect x="${x}" y="14" width="12" height="12" fill="${colour}"/>`;
  return box + text(x + 18, 24, words);
}

function picture(title: string, height: number, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, title),
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, words: string, anchor = 'start'): string {
  return `<text x="${digits(x)}" y="${digits(y)}" ${FONT} text-anchor="${anchor}">${escapeText(words)}</text>`;
}

function escapeText(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function digits(value: number): string {
  return String(Number(value.toFixed(1)));
}
