import { expect, test } from 'vitest';
import { type EvidenceManifest, NO_HASH, sha256 } from '../../../src/evidence/evidence-format.ts';
import { RecordChain } from '../../../src/evidence/record-chain.ts';

const SIZES = [10, 20, 30, 40];
const COUNTS = { records: 4, decidedByPerson: 0, withoutFacts: 0, deletedBytes: 100 };
const LINES = chained(SIZES);

function chained(sizes: readonly number[]): string[] {
  let previous = NO_HASH;
  return sizes.map((size, index) => {
    const facts = { size, filename: 'é' };
    const line = JSON.stringify({ record: index + 1, decidedBy: null, facts, previous });
    previous = sha256(line);
    return line;
  });
}

/** Checks a text in pieces of so many bytes. */
function faultIn(text: string, pieces = 7, changes: Partial<EvidenceManifest> = {}): string | null {
  const chain = new RecordChain();
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += pieces) {
    const fault = chain.add(bytes.subarray(from, from + pieces));
    if (fault !== null) return fault;
  }
  const lastRecord = sha256(LINES.at(-1) ?? '');
  return chain.end({ ...COUNTS, lastRecord, ...changes } as EvidenceManifest);
}

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const [one = '', two = '', three = '', four = ''] = LINES;

test('unchanged records have no fault, in pieces of any size', () => {
  for (const pieces of [1, 7, 64, 100_000]) expect(faultIn(textOf(LINES), pieces)).toBeNull();
});

test.each([
  ['a changed record', [one, two.replace('20', '21'), three, four], /^Record 2 was changed, or/],
  [
    'a changed first record',
    [one.replace('10', '11'), two, three, four],
    /^Record 1 was changed, or/,
  ],
  [
    'a changed last record',
    [one, two, three, four.replace('40', '41')],
    /^Record 4 was changed\.$/,
  ],
  ['another start of the chain', [one.replace('000', '001')], /^Record 1 was changed\.$/],
  [
    'a missing record',
    [one, three, four],
    /^Line 2 is record 3: record 2 is missing, or was moved/,
  ],
  ['moved records', [one, three, two, four], /^Line 2 is record 3/],
  [
    'a repeated record',
    [one, two, two, three, four],
    /^Line 3 is record 2, which belongs to line 2/,
  ],
  ['a missing end', [one, two], /^The file ends after record 2, and the manifest has 4/],
  ['no records', [], /^The file ends after record 0/],
  ['an added record', chained([...SIZES, 50]), /^The file has 5 records, and the manifest has 4/],
  ['another text', ['hello'], /^Line 1 is not a record/],
  ['an empty line', [one, '', two], /^Line 2 is not a record/],
  ['all records of another run', chained([1, 2, 3, 4]), /^Record 4 was changed/],
])('%s is found', (_name, lines, message) => {
  expect(faultIn(textOf(lines))).toMatch(message);
});

test.each([{ deletedBytes: 101 }, { withoutFacts: 1 }, { decidedByPerson: 1 }])(
  'a manifest with other counts is found: %j',
  (changes) => {
    expect(faultIn(textOf(LINES), 100, changes)).toMatch(/^The manifest was changed: its `\w+` is/);
  },
);

test('a line without an end is read only up to the limit', () => {
  const chain = new RecordChain();
  const zeros = Buffer.alloc(64 * 1024);
  let chunks = 0;
  let fault: string | null = null;
  while (fault === null && chunks < 1000) {
    fault = chain.add(zeros);
    chunks += 1;
  }
  expect(fault).toBe('Line 1 is too long for a record.');
  expect(chunks).toBe(65);
});

test('a record without the end of its line is found', () => {
  expect(faultIn(LINES.join('\n'))).toMatch(/^Record 4 is cut off/);
  expect(faultIn(textOf(LINES).slice(0, -30))).toMatch(/^Record 4 is cut off/);
});
