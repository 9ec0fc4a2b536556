// Tests src/cli/output-stream.ts: commands that print many rows wait for a reader that is slower.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { uuidOf } from '../support/file-json.ts';
import { newRun } from '../support/new-run.ts';
import { program } from '../support/program-line.ts';
import { SlowReader } from '../support/slow-reader.ts';
import { givePage, tempDirectory } from '../support/temp-ledger.ts';

const ITEMS = 6000;
const HALF = ITEMS / 2;
const DOCUMENTS = 400;
const JOB = '{"version":1,"name":"t","source":{"files":{}},"steps":[{"uses":"copy-local"}]}';

/** A state directory with a run: the first half of its items have new files, the others are in doubt. */
function stateWithRun(): string {
  const directory = tempDirectory();
  const run = newRun({ job: { ...loadJobFile(JOB, { file: 'j', env: {}, vars: {} }) } });
  const path = statePaths(directory).ledger(run.runId);
  mkdirSync(dirname(path));
  const ledger = Ledger.create(path, run, { clock: new FakeClock() });
  const seqs = givePage(ledger, ITEMS);
  const ends = [
    { state: 'done', seqs: seqs.slice(0, HALF) },
    { state: 'in-doubt', seqs: seqs.slice(HALF) },
  ] as const;
  const blank = { step: 0, reason: null, message: null, requestId: null, at: 1000 };
  ledger.transaction(() => {
    ledger.items.moveItems({ seqs, step: 0, from: 'pending', to: 'running' });
    for (const { state, seqs } of ends) {
      ledger.items.moveItems({ seqs, step: 0, from: 'running', to: state });
      for (const item of seqs) {
        const result = state === 'done' ? { file: uuidOf(ITEMS + item) } : null;
        ledger.outcomes.put({ ...blank, item, state, result });
      }
    }
  });
  ledger.close();
  return directory;
}

/** A folder with documents. */
function documents(): string {
  const folder = tempDirectory();
  for (let no = 0; no < DOCUMENTS; no++) writeFileSync(join(folder, `${no}.md`), 'no references');
  return folder;
}

const COMMANDS: [line: string, lines: number][] = [
  ['items run-1', ITEMS],
  ['items run-1 --json', ITEMS],
  ['items run-1 --json --state in-doubt', HALF],
  ['report run-1', ITEMS + 1],
  ['report run-1 --json', ITEMS],
  ['report run-1 --format json', ITEMS + 2],
  ['report run-1 --format decisions', HALF + 1],
  ['report run-1 --format map', HALF + 1],
  ['report run-1 --format map --as sql --table posts --column body', HALF],
  ['rewrite run-1 DOCUMENTS --dry-run --json', DOCUMENTS],
];

/** Runs a command line whose standard output has this reader. */
async function run(line: string, reader: SlowReader) {
  const env = { UCBULK_STATE: stateWithRun() };
  return program(line.replace('DOCUMENTS', documents()), env, '', reader.output());
}

test.each(COMMANDS)('%s keeps little in memory for a slow reader', async (line, lines) => {
  const reader = new SlowReader();
  const { code } = await run(line, reader);
  await new Promise((resolve) => reader.end(resolve));
  expect(code).toBe(0);
  expect(reader.text.split('\n').filter((text) => text !== '').length).toBeGreaterThanOrEqual(
    lines,
  );
  const bound = reader.writableHighWaterMark + reader.largest;
  expect(reader.peak).toBeLessThanOrEqual(bound);
  expect(reader.text.length).toBeGreaterThan(2 * bound);
});

test.each(COMMANDS)('%s ends quietly if its reader goes', async (line) => {
  const reader = new SlowReader({ breaks: true });
  const { code, stderr } = await run(line, reader);
  expect({ code, stderr: stderr.replace(/^The run is .*\n/, '') }).toMatchObject({ code: 0 });
  expect(stderr).not.toContain('EPIPE');
  expect(reader.destroyed).toBe(true);
});
