import { extname } from 'node:path';
import type { ItemState } from '../core/item-state.ts';
import { joinOr } from '../core/join-or.ts';
import { UserError } from '../core/user-error.ts';
import { MAP_FORMATS, type MapForm } from '../report/map-texts.ts';
import type { SizeNames } from '../report/picture-sizes.ts';
import { type RedirectServer, SIZE_SERVERS } from '../report/redirect-lines.ts';
import { ROW_FORMATS } from '../report/row-texts.ts';

/** The formats of `ucbulk report`. */
export const REPORT_FORMATS = [
  ...ROW_FORMATS,
  'html',
  'gallery',
  'map',
  'decisions',
  'costs',
] as const;

type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The format of a report, and the form of the map if the report is one. */
export interface ReportForm {
  readonly format: ReportFormat;
  readonly as: MapForm['as'] | null;
}

/** The flags of `ucbulk report` that choose its format, or that only some formats take. */
interface FormFlags {
  readonly json: boolean;
  readonly format?: ReportFormat | undefined;
  readonly as?: MapForm['as'] | undefined;
  readonly output?: string | undefined;
  readonly state?: ItemState | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly server?: RedirectServer | undefined;
  readonly sizes?: SizeNames | undefined;
  readonly thumbnails: number;
}

/** The endings of files that can have only one content. */
const ENDINGS = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
  '.html': 'html',
  '.htm': 'html',
  '.sql': 'sql',
} as const;

type Content = (typeof ENDINGS)[keyof typeof ENDINGS] | 'redirects' | 'folder';

/** The formats that have no rows of items, or rows of all items. */
const STATELESS: readonly ReportFormat[] = ['map', 'costs', 'html', 'gallery'];

/**
 * Chooses the format of a report: the one that the flags name, or the one that fits the ending of the file. Throws
 * for a flag that has no effect together with the other flags, and for a file whose ending does not fit.
 */
export function chooseForm(flags: FormFlags): ReportForm {
  const form = findForm(flags);
  checkFlags(flags, form);
  checkJson(flags);
  checkMap(flags, form);
  checkEnding(flags, contentOf(form, flags));
  return form;
}

function findForm({ format, as, output, json }: FormFlags): ReportForm {
  const implied = impliedContent(output) ?? (json && output === undefined ? 'ndjson' : 'csv');
  if (format === 'map')
    return { format, as: as ?? MAP_FORMATS.find((one) => one === implied) ?? 'csv' };
  if (format !== undefined) return { format, as: null };
  return { format: REPORT_FORMATS.find((one) => one === implied) ?? 'csv', as: null };
}

/** The formats of redirects that are a CSV or JSON. The others have no usual ending. */
const REDIRECT_CONTENTS: Partial<Record<RedirectServer, Content>> = {
  cloudflare: 'csv',
  cloudfront: 'json',
  vercel: 'json',
};

function contentOf({ format, as }: ReportForm, { server = 'nginx' }: FormFlags): Content {
  if (as === 'redirects') return REDIRECT_CONTENTS[server] ?? as;
  if (as !== null) return as;
  if (format === 'gallery') return 'folder';
  return format === 'html' || format === 'ndjson' || format === 'json' ? format : 'csv';
}

function impliedContent(output: string | undefined): Content | null {
  const ending = output === undefined ? '' : extname(output).toLowerCase();
  return ENDINGS[ending as keyof typeof ENDINGS] ?? null;
}

function checkFlags(flags: FormFlags, { format }: ReportForm): void {
  const { as, output, state, thumbnails } = flags;
  if (as !== undefined && format !== 'map') refuse('--as needs --format map.');
  if (state !== undefined && STATELESS.includes(format))
    refuse(`--format ${format} takes no --state: leave it out.`);
  if (format === 'decisions' && state !== undefined && state !== 'in-doubt') {
    refuse('--format decisions lists only items in doubt: leave --state out.');
  }
  if (thumbnails > 0 && format !== 'html') refuse('--thumbnails needs --format html.');
  if (format === 'gallery' && output === undefined) {
    refuse('--format gallery writes a folder: add -o DIR.');
  }
}

function checkJson({ json, format, as, output }: FormFlags): void {
  const wanted = format === 'map' ? as : format;
  if (json && output === undefined && wanted !== undefined && wanted !== 'ndjson') {
    refuse(`--json prints NDJSON; write ${wanted} to a file with -o, or leave --json out.`);
  }
}

function checkMap({ table, column, sizes, server }: FormFlags, { as }: ReportForm): void {
  if (sizes !== undefined && as !== 'redirects') {
    refuse('--sizes needs --format map --as redirects. `ucbulk rewrite` has the flag too.');
  }
  if (sizes !== undefined && !SIZE_SERVERS.includes(server ?? 'nginx')) {
    refuse(
      `Redirects of ${server} can't change a part of a path, so --sizes needs --server ${joinOr(SIZE_SERVERS)}. Or leave --sizes out, and change the documents with \`ucbulk rewrite --sizes ${sizes}\`.`,
    );
  }
  if (as === 'sql' && (table === undefined || column === undefined)) {
    refuse('--as sql needs --table and --column: the place of the old references.');
  }
}

function checkEnding({ output = '' }: FormFlags, content: Content): void {
  const implied = impliedContent(output);
  if (implied === null || implied === content) return;
  const fitting = Object.entries(ENDINGS).flatMap(([end, one]) => (one === content ? [end] : []));
  const end = extname(output);
  if (content === 'folder') refuse(`A gallery is a folder, but \`${output}\` ends with ${end}.`);
  const advice =
    fitting.length === 0 ? 'Choose another name' : `Name the file with ${joinOr(fitting)}`;
  refuse(
    `The report is ${content}, but \`${output}\` ends with ${end}. ${advice}, or choose another --format.`,
  );
}

function refuse(message: string): never {
  throw new UserError('usage', message);
}
