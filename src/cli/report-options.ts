import { ITEM_STATES } from '../core/item-state.ts';
import { MAP_FORMATS } from '../report/map-texts.ts';
import { REDIRECT_SERVERS } from '../report/redirect-lines.ts';
import { SQL_DIALECTS, SQL_TYPES } from '../report/sql-columns.ts';
import { MOVE_OPTIONS, newHost } from './move-options.ts';
import { text, wholeNumber } from './option-values.ts';
import { REPORT_FORMATS } from './report-format.ts';
import { textTable } from './text-table.ts';

/** The options of `ucbulk report`, except those of all commands. */
export const REPORT_OPTIONS = {
  format: {
    choices: REPORT_FORMATS,
    requiresArg: true,
    describe: 'Content of the report, see below; if absent, by the ending of FILE, else csv',
  },
  output: {
    alias: 'o',
    requiresArg: true,
    coerce: text('output'),
    describe:
      'File to write, replaced only when complete; stdout if absent. With `gallery`, a new folder',
  },
  thumbnails: {
    default: 0,
    requiresArg: true,
    coerce: wholeNumber('thumbnails'),
    describe: 'Number of items whose small pictures are fetched and put into the page; with `html`',
  },
  as: { choices: MAP_FORMATS, requiresArg: true, describe: 'Form of the map; csv if absent' },
  table: { requiresArg: true, coerce: text('table'), describe: 'Table of `--as sql`' },
  column: { requiresArg: true, coerce: text('column'), describe: 'Column of `--as sql`' },
  match: {
    choices: ['part', 'whole'],
    default: 'part',
    requiresArg: true,
    describe: 'Position of UUIDs in the column: part of a text, or the whole value',
  },
  dialect: {
    choices: SQL_DIALECTS,
    default: 'ansi',
    requiresArg: true,
    describe:
      'Database of `--as sql`; ansi is plain SQL, such as for SQLite; mysql is also for MariaDB',
  },
  type: {
    choices: SQL_TYPES,
    default: 'text',
    requiresArg: true,
    describe: 'Type of the column; json is also for jsonb',
  },
  server: {
    choices: REDIRECT_SERVERS,
    default: 'nginx',
    requiresArg: true,
    describe: 'Server for `--as redirects`',
  },
  ...MOVE_OPTIONS,
  'new-host': {
    requiresArg: true,
    coerce: newHost,
    describe: "CDN host of new URLs; the project's own if absent",
  },
} as const;

// No environment variable sets this option. Its variable would be UCBULK_STATE, which already sets the
// directory of the run databases.
export const STATE_OPTION = {
  state: { choices: ITEM_STATES, requiresArg: true, describe: 'Only items that are in this state' },
} as const;

/** The formats, for the end of the help. */
export const FORMAT_HELP = `Formats:
${textTable([
  ['  csv, ndjson, json', 'a row for each item'],
  ['  html', 'a page for a browser: numbers, plots, causes'],
  ['  gallery', 'a folder with pictures before and after'],
  ['  map', 'the map from old files to new ones; --as is its form'],
  ['  decisions', 'a CSV of items in doubt, for `resolve --from`'],
  ['  costs', 'a CSV of the costs by step'],
])}`;
