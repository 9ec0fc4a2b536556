import { once } from 'node:events';
import Database from 'better-sqlite3';

/**
 * `floor-report.ts LEDGER FORM`: the smallest script that prints the same text as `ucbulk items` or
 * `ucbulk report` for a run with one step, a delete.
 */
interface Row {
  readonly key: Buffer;
  readonly state: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly message: string | null;
  readonly requestId: string | null;
  readonly result: string | null;
  readonly details: string | null;
  readonly at: number | null;
}

const ROWS = `
SELECT key, items.state, attempts, reason, message, request_id AS requestId, result, at,
  (SELECT details FROM item_details WHERE item = seq) AS details
FROM items LEFT JOIN outcomes ON item = seq AND outcomes.step = items.step ORDER BY seq`;
const STATES = ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'];
const CHUNK = 64 * 1024;
const RUN = 'run-1';
const STEP = '1-delete';
const COLUMNS =
  'run,item,state,step,operation,attempts,reason,message,request_id,result,earlier_steps,details,at,deleted';

const csvLine = (cells: readonly unknown[]) =>
  `${cells.map((cell) => `"${String(cell ?? '').replaceAll('"', '""')}"`).join(',')}\r\n`;

interface Form {
  readonly start: string;
  readonly separator: string;
  readonly end: string;
  readonly text: (row: Row) => string;
}

const FORMS: Readonly<Record<string, Form>> = {
  items: {
    start: '',
    separator: '',
    end: '',
    text: (row) => `{"version":1,"type":"item",${JSON.stringify(itemRow(row)).slice(1)}\n`,
  },
  csv: {
    start: csvLine(COLUMNS.split(',')),
    separator: '',
    end: '',
    text: (row) => {
      const { attempts, reason, message, requestId, result, details } = row;
      const end = [attempts, reason, message, requestId, result, '', details, timeOf(row), ''];
      return csvLine([RUN, uuid(row), STATES[row.state], STEP, 'delete', ...end]);
    },
  },
  json: {
    start: `{"version":1,"type":"items","run":"${RUN}","rows":[\n`,
    separator: ',\n',
    end: '\n]}\n',
    text: (row) => JSON.stringify(reportRow(row)),
  },
  ndjson: {
    start: '',
    separator: '',
    end: '',
    text: (row) => `{"version":1,"type":"item",${JSON.stringify(reportRow(row)).slice(1)}\n`,
  },
};

const [path = '', name = ''] = process.argv.slice(2);
const form = FORMS[name];
if (form === undefined) throw new Error(`There is no form ${name}`);
const database = new Database(path, { readonly: true });
let text = form.start;
let separator = '';
for (const row of database.prepare<[], Row>(ROWS).iterate()) {
  text += separator + form.text(row);
  ({ separator } = form);
  if (text.length < CHUNK) continue;
  await print(text);
  text = '';
}
await print(text + form.end);

async function print(piece: string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

function itemRow(row: Row) {
  return {
    run: RUN,
    key: uuid(row),
    state: STATES[row.state],
    step: STEP,
    attempts: row.attempts,
    reason: row.reason,
    message: row.message,
    requestId: row.requestId,
    result: row.result === null ? null : JSON.parse(row.result),
    earlierSteps: {},
    at: timeOf(row),
  };
}

function reportRow(row: Row) {
  return {
    run: RUN,
    item: uuid(row),
    state: STATES[row.state],
    step: STEP,
    operation: 'delete',
    attempts: row.attempts,
    reason: row.reason,
    message: row.message,
    requestId: row.requestId,
    result: row.result === null ? null : JSON.parse(row.result),
    earlierSteps: {},
    details: row.details === null ? null : JSON.parse(row.details),
    at: timeOf(row),
    deleted: null,
  };
}

function uuid({ key }: Row): string {
  const hex = key.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function timeOf({ at }: Row): string | null {
  return at === null ? null : new Date(at).toISOString();
}
