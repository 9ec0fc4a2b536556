import { formatBytes } from '../core/byte-size.ts';
import { formatCount, formatCounted } from '../core/counted.ts';
import { formatDuration } from '../core/duration.ts';
import type { AgeAmount, Amount, ProjectCounts, Values } from '../inventory/file-counts.ts';
import { displayWidth, fitWidth, padColumns } from '../progress/display-width.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Inspection } from '../run/inspect-project.ts';
import type { ResultDocument } from './output.ts';
import { formatInstant } from './text-table.ts';

/** Number of values, such as MIME types, that the text shows. `--json` shows all. */
const MAX_SHOWN = 8;
/** Maximum number of characters of a label. The table then has 49 columns. */
const LABEL_WIDTH = 24;

/** Returns the counts of a project as the JSON document that `--json` prints. */
export function inspectionDocument({ counts, ...inspection }: Inspection): ResultDocument {
  const { oldest, newest, ...amounts } = counts;
  return {
    type: 'inventory',
    ...inspection,
    listedAt: formatInstant(inspection.listedAt),
    ageMs: Math.round(inspection.ageMs),
    elapsedMs: Math.round(inspection.elapsedMs),
    oldest: oldest === null ? null : formatInstant(oldest),
    newest: newest === null ? null : formatInstant(newest),
    ...amounts,
  };
}

/** Returns the counts of a project as text. */
export function inspectionText(inspection: Inspection): string {
  const { counts, project } = inspection;
  const heading = `${plainText(project)}: ${formatCounted(counts.files, 'file')}, ${formatBytes(counts.bytes)}`;
  return [heading, ...originLines(inspection), ...(counts.files === 0 ? [] : tables(counts))].join(
    '\n',
  );
}

function originLines({ listedAt, ageMs, requests, elapsedMs, unlisted }: Inspection): string[] {
  const how =
    requests === 0
      ? `from the inventory of ${formatInstant(listedAt)}, ${formatDuration(ageMs)} old; no request`
      : `listed now: ${formatCounted(requests, 'request')} in ${formatDuration(elapsedMs)}`;
  const missing = `warning: the service counts ${formatCounted(unlisted, 'file')} more than it listed`;
  return [how, ...(unlisted === 0 ? [] : [missing])];
}

function tables(counts: ProjectCounts): string[] {
  const { stored, unstored, ages, sizes, types, tags, metadataKeys } = counts;
  return [
    ...advice(counts).flatMap((line) => ['', line]),
    ...table('stored', [
      ['stored', stored],
      ['unstored', unstored],
    ]),
    ...table(
      'uploaded',
      ages.map((age): Row => [ageLabel(age), age]),
    ),
    ...table(
      'size',
      sizes.map((size): Row => [rangeLabel(size.from, size.to, formatBytes), size]),
    ),
    ...table('type', valueRows(types, 'no type')),
    ...table('tag', valueRows(tags, 'no tag')),
    ...table('metadata key', valueRows(metadataKeys, 'no metadata')),
  ];
}

/** Sentences about the files that a cleanup may find. */
function advice({ ages, sizes, bytes, unstored }: ProjectCounts): string[] {
  const old = [30, 7, 1]
    .map((days) => ({
      days,
      ...sum(
        ages.filter((age) => age.fromDays >= days),
        'unstored',
      ),
    }))
    .find(({ files }) => files > 0);
  const large = sum(sizes.filter(({ from }) => from >= 100e6));
  return [
    ...(old === undefined
      ? []
      : [
          `Deleting the ${formatCounted(old.files, 'unstored file')} over ${formatCounted(old.days, 'day')} old frees ${formatBytes(old.bytes)}.`,
        ]),
    ...(old === undefined && unstored.files > 0
      ? [
          `${formatCounted(unstored.files, 'unstored file')} (${formatBytes(unstored.bytes)}) of the last day: the service deletes a file that nobody stores within 24 hours.`,
        ]
      : []),
    ...(large.files > 0 && large.bytes > bytes / 10
      ? [
          `${formatCounted(large.files, 'file')} over 100 MB ${large.files === 1 ? 'takes' : 'take'} ${formatBytes(large.bytes)}, ${Math.round((100 * large.bytes) / bytes)}% of all.`,
        ]
      : []),
  ];
}

function sum(amounts: readonly (Amount | AgeAmount)[], part?: 'unstored'): Amount {
  const parts = amounts.map((one) => (part !== undefined && 'unstored' in one ? one[part] : one));
  return {
    files: parts.reduce((total, { files }) => total + files, 0),
    bytes: parts.reduce((total, one) => total + one.bytes, 0),
  };
}

type Row = readonly [label: string, amount: Amount | null];

/** Formats a table with aligned numbers. Leaves out rows without files. */
function table(title: string, rows: readonly Row[]): string[] {
  const shown = rows.filter(([, amount]) => amount?.files !== 0);
  if (shown.length === 0) return [];
  const cells = [
    [title, 'files', 'size'],
    ...shown.map(([label, amount]) =>
      amount === null ? [label] : [label, formatCount(amount.files), formatBytes(amount.bytes)],
    ),
  ];
  const lines = cells.map(([label = '', files = '', bytes = ''], index) => {
    const cut = displayWidth(label) > LABEL_WIDTH ? `${fitWidth(label, LABEL_WIDTH - 1)}…` : label;
    const indent = index === 0 ? '' : '  ';
    return `${padColumns(indent + cut, LABEL_WIDTH + 2)}${files.padStart(14)}${bytes.padStart(8)}`.trimEnd();
  });
  return ['', ...lines];
}

function valueRows({ values, others, none, unknown }: Values, noneLabel: string): Row[] {
  const more = values.length - MAX_SHOWN;
  const count = others.files > 0 ? 'many' : formatCount(more);
  return [
    ...values.slice(0, MAX_SHOWN).map((value): Row => [plainText(value.name), value]),
    // Files can have several tags, so these rows have no sum.
    ...(more > 0 ? [[`${count} more: --json`, null] as const] : []),
    [noneLabel, none],
    ['unknown', unknown],
  ];
}

function ageLabel({ fromDays, toDays }: AgeAmount): string {
  return rangeLabel(fromDays, toDays, (days) => formatCounted(days, 'day'));
}

/** Formats a range, such as `under 1 day`, `7 days to 30 days` or `730 days or more`. */
function rangeLabel(from: number, to: number | null, format: (value: number) => string): string {
  if (to === null) return `${format(from)} or more`;
  return from === 0 ? `under ${format(to)}` : `${format(from)} to ${format(to)}`;
}
