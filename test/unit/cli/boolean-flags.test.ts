import { expect, test } from 'vitest';
import { booleanSpellings, readBooleanFlags } from '../../../src/cli/boolean-flags.ts';

const SPELLINGS = booleanSpellings({
  'dry-run': { type: 'boolean', alias: 'n' },
  quiet: { type: 'boolean', alias: 'q' },
  output: { type: 'string', alias: 'o' },
});

const read = (...argv: string[]) => readBooleanFlags(argv, SPELLINGS);

test.each([
  [['--dry-run'], true],
  [['--dryRun'], true],
  [['--n'], true],
  [['-n'], true],
  [['-qn'], true],
  [['-nq'], true],
  ...['true', '1', 'yes', 'on', 'y', 'True', 'YES', ' on '].flatMap(
    (word): [string[], boolean][] => [
      [[`--dry-run=${word}`], true],
      [[`--dryRun=${word}`], true],
      [[`-n=${word}`], true],
      [[`-qn=${word}`], true],
    ],
  ),
  [['-n1'], true],
  [['-n0'], false],
  ...['false', '0', 'no', 'off', 'n', 'FALSE', ' No'].map((word): [string[], boolean] => [
    [`--dry-run=${word}`],
    false,
  ]),
  [['--no-dry-run'], false],
  [['--no-n'], false],
  [['--dry-run', '--dry-run=yes', '-n'], true],
])('%j is one meaning in every spelling', (argv, value) => {
  const { quiet: _, q: __, ...flags } = read(...argv);
  expect(flags).toEqual({ 'dry-run': value, dryRun: value, n: value });
});

test.each([
  ['--dry-run=maybe', '--dry-run takes true, false, yes, no, on, off, 1 or 0; got `maybe`'],
  ['--dry-run=', '--dry-run takes true, false'],
  ['--dryRun=2', '--dryRun takes true, false'],
  ['-n=ja', '-n takes true, false, yes, no, on, off, 1 or 0; got `ja`'],
  ['-n2', '-n takes true, false'],
  ['-n-', '-n takes true, false'],
  ['-n:yes', '-n takes true, false'],
  ['--no-dry-run=yes', '--no-dry-run takes no value'],
  ['--dry-run yes', '`yes` after --dry-run is unclear: write --dry-run=yes for a value'],
  ['-qn False', '`False` after -n is unclear'],
  ['--no-dry-run true', '`true` after --no-dry-run is unclear'],
  ['--dry-run --no-dry-run', '--dry-run was given twice, once on and once off'],
  ['-n --dry-run=off', '--dry-run was given twice'],
])('`%s` is refused', (line, message) => {
  expect(() => read(...line.split(' '))).toThrow(message);
});

test('only flags are read: no argument, no value of another flag, nothing after --', () => {
  expect(read('job.yaml', '-', '-5', '--rate=yes', '--output', 'no', '--', '-n', 'yes')).toEqual(
    {},
  );
});
