import { basename } from 'node:path';
import { errorMessage } from '../core/error-message.ts';
import { parseFileUuid } from '../core/file-uuid.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { parseCsvRow, SEPARATORS } from '../sources/csv-cells.ts';
import { splitRecord } from '../sources/csv-table.ts';
import { STANDARD_INPUT } from '../sources/list-input.ts';
import { csvRecords } from '../sources/list-rows.ts';
import { eachOf, type Line, readLines } from '../sources/read-lines.ts';
import { badDecisions } from './match-decisions.ts';
import { type Decision, RESOLUTIONS } from './resolution.ts';

/** The decisions in a file, and the number of rows without a decision. */
export interface ReadDecisions {
  readonly decisions: readonly Decision[];
  readonly undecided: number;
}

/** The columns that ucbulk reads. Other columns in the file are ignored; they only help the user. */
const COLUMNS = ['item', 'as', 'file'] as const;
// Matches the quote that `ucbulk report` writes before a key that a spreadsheet would read as a formula. It
// is not part of the key.
const GUARDED = /^'(?=[=+\-@\t\r\n＝＋－＠])/u;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>> & { readonly place: string };

/**
 * Reads a CSV file with decisions about items in doubt; `-` means standard input. If `as` is empty in a row,
 * its item stays in doubt. Throws a `UserError` that names every invalid line.
 */
export async function readDecisions(path: string, files: Files): Promise<ReadDecisions> {
  const rows: Row[] = [];
  const faults: string[] = [];
  try {
    for await (const row of decisionRows(path, files)) {
      if ('fault' in row) faults.push(row.fault);
      else rows.push(row);
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadableFile(path, error);
  }
  const decided = rows.filter((row) => row.as !== '');
  const decisions = decided.flatMap((row) => parseDecision(row, faults));
  faults.push(...findRepeatedItems(rows));
  if (faults.length > 0) throw badDecisions(faults);
  return { decisions, undecided: rows.length - decided.length };
}

async function* decisionRows(
  path: string,
  files: Files,
): AsyncGenerator<Row | { readonly fault: string }> {
  const name = path === STANDARD_INPUT ? 'standard input' : basename(path);
  const bytes = path === STANDARD_INPUT ? files.readInput() : files.readBytes(path, 0);
  const lines: Line[] = [];
  for await (const block of readLines(bytes, { offset: 0, line: 1 })) lines.push(...block);
  const first = lines.find(({ text }) => text.trim() !== '')?.text ?? '';
  let header: readonly string[] | null = null;
  const separator = detectSeparator(first);
  for await (const record of eachOf(csvRecords(replayLines(lines)))) {
    const place = `${name}:${record.line}`;
    const row = splitRecord(record, separator);
    if (row.kind === 'fault') yield { fault: `${place}: ${row.reason}` };
    else if (header === null) header = parseHeader(row.cells, place);
    else yield parseRow(row.cells, header, place);
  }
  if (header === null) throw new UserError('usage', `${name} is empty. ${HEADER_HELP}`);
}

async function* replayLines(lines: readonly Line[]): AsyncGenerator<readonly Line[]> {
  yield lines;
}

/**
 * Finds the character that separates the columns of the header: with it, the header has the required columns.
 * If there is no such character, returns a comma.
 */
function detectSeparator(header: string): string {
  const found = SEPARATORS.find((separator) => {
    const row = parseCsvRow(header, separator);
    const names = row.kind === 'cells' ? row.cells.map((cell) => cell.toLowerCase()) : [];
    return names.includes('item') && names.includes('as');
  });
  return found ?? ',';
}

const HEADER_HELP =
  'Expected CSV with a header that has the columns item and as, and file for adopt; `ucbulk report RUN --format decisions` writes one to fill in. Nothing was changed.';

function parseHeader(cells: readonly string[], place: string): readonly string[] {
  const names = cells.map((cell) => cell.toLowerCase());
  const missing = ['item', 'as'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new UserError('usage', `${place} has no column ${missing.join(', ')}. ${HEADER_HELP}`);
  }
  return names;
}

function parseRow(
  cells: readonly string[],
  header: readonly string[],
  place: string,
): Row | { readonly fault: string } {
  if (cells.length > header.length) {
    return { fault: `${place}: has ${cells.length} cells under ${header.length} columns` };
  }
  const cell = (name: string) => cells[header.indexOf(name)]?.trim() ?? '';
  const [item, as, file] = [
    cell('item').replace(GUARDED, ''),
    cell('as').toLowerCase(),
    cell('file'),
  ];
  return { item, as, file, place };
}

function parseDecision({ item, as, file, place }: Row, faults: string[]): Decision[] {
  const resolution = RESOLUTIONS.find((known) => known === as);
  if (resolution === undefined) {
    const shown = JSON.stringify(as.slice(0, 40));
    faults.push(`${place}: as is ${shown}, expected done, redo, skip or adopt, or nothing`);
    return [];
  }
  if (resolution !== 'adopt') {
    if (file === '') return [{ item, resolution: { as: resolution }, place }];
    faults.push(`${place}: file goes with adopt only, but as is ${as}`);
    return [];
  }
  try {
    return [{ item, resolution: { as: resolution, file: parseFileUuid(file) }, place }];
  } catch {
    const shown = JSON.stringify(file.slice(0, 60));
    faults.push(`${place}: adopt takes the UUID of the file that was made, got ${shown}`);
    return [];
  }
}

function findRepeatedItems(rows: readonly Row[]): string[] {
  const first = new Map<string, string>();
  return rows.flatMap(({ item, place }) => {
    const earlier = first.get(item);
    if (earlier === undefined) first.set(item, place);
    const shown = JSON.stringify(item.slice(0, 100));
    return earlier === undefined ? [] : [`${place}: ${shown} was named before, at ${earlier}`];
  });
}

function unreadableFile(path: string, cause: unknown): UserError {
  const why = errorMessage(cause);
  const name = path === STANDARD_INPUT ? 'standard input' : path;
  return new UserError('usage', `${name} can't be read: ${why}. Nothing was changed.`, { cause });
}
