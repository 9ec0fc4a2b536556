import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { takeLock } from '../../../src/ledger/process-lock.ts';
import { matchRun, type NamedRun } from '../../../src/state/match-run.ts';
import { type StatePaths, statePaths } from '../../../src/state/state-paths.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newRun } from '../../support/new-run.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

/** A state directory with these runs: pairs of an id and the name of the job. */
function directoryWith(...runs: readonly [string, string][]) {
  const paths = statePaths(tempDirectory());
  mkdirSync(paths.runs);
  for (const [id, jobName] of runs) {
    const run = newRun({ runId: parseRunId(id), jobName });
    Ledger.create(paths.ledger(run.runId), run, { clock: new FakeClock() }).close();
  }
  const match = (text: string, wanted?: NamedRun) =>
    matchRun(paths, createSystemFiles(), text, wanted);
  return { paths, match };
}

const OLD = '20261120-120000-aa1111';
const MIDDLE = '20261121-120000-bb2222';
const NEW = '20261121-130000-cc3333';

test.each([
  [OLD, OLD],
  ['latest', NEW],
  ['20261120', OLD],
  ['20261121-12', MIDDLE],
  ['nightly', MIDDLE],
  ['weekly report', NEW],
])('%s names one run', async (text, run) => {
  const { match } = directoryWith([OLD, 'nightly'], [MIDDLE, 'nightly'], [NEW, 'weekly report']);
  expect(await match(text)).toBe(run);
});

test('an id comes before its beginning, and both before the name of a job', async () => {
  const { match } = directoryWith(
    ['run-1', 'run-12'],
    ['run-12', 'latest'],
    ['run-2', '2'],
    ['run-3', 'run'],
  );
  expect(await match('run-1')).toBe('run-1');
  expect(await match('run-12')).toBe('run-12');
  expect(await match('latest')).toBe('run-3');
  expect(await match('2')).toBe('run-2');
  // `run` is the beginning of four ids, so it is not the beginning of one.
  expect(await match('run')).toBe('run-3');
});

test('the beginning of several ids is refused with a list of them', async () => {
  const { match } = directoryWith([OLD, 'nightly'], [MIDDLE, 'nightly'], [NEW, 'weekly']);
  const error = await match('20261121').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'usage' });
  const { message } = error as Error;
  expect(message).toContain('`20261121` is the beginning of 2 run ids. Nothing was done.');
  expect(message).toMatch(
    new RegExp(`\n  ${NEW}  # weekly in demopublickey, .*\n  ${MIDDLE}  # nightly`),
  );
  expect(message).not.toContain(OLD);
});

test.each([
  ['nihgtly', '`nihgtly` is neither the id of a run, nor its beginning, nor the name of a job in'],
  ['../../etc/passwd', '`../../etc/passwd` is neither'],
  ['', 'RUN is empty'],
])('`%s` names no run, and the error lists the newest', async (text, words) => {
  const { match } = directoryWith([OLD, 'nightly'], [NEW, 'weekly']);
  const error = await match(text).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'not-found' });
  expect((error as Error).message).toContain(words);
  expect((error as Error).message).toContain(`\n  ${NEW}  # weekly`);
});

test('without any run, the error says how to start one', async () => {
  const { match } = directoryWith();
  await expect(match('latest')).rejects.toThrow(/There are no runs in .*`ucbulk run JOB`/);
});

test('a run whose ledger is unreadable is still found by its id', async () => {
  const { paths, match } = directoryWith([OLD, 'nightly']);
  writeFileSync(paths.ledger(parseRunId(NEW)), 'no database');
  expect(await match('20261121')).toBe(NEW);
  expect(await match('nightly')).toBe(OLD);
  await expect(match('x')).rejects.toThrow(`${NEW}  # its ledger is unreadable`);
});

/** Records the end of a run. */
function finish(paths: StatePaths, run: string): void {
  const ledger = Ledger.open(paths.ledger(parseRunId(run)), { clock: new FakeClock() });
  ledger.transaction(() => ledger.run.setState('finished', null, 1));
  ledger.close();
}

test('the name of a job means its unfinished run for a resume, and several are named', async () => {
  const { paths, match } = directoryWith([OLD, 'nightly'], [MIDDLE, 'nightly'], [NEW, 'nightly']);
  await expect(match('nightly', 'unfinished')).rejects.toThrow(
    'The job `nightly` has 3 runs that are unfinished. Nothing was done.',
  );
  finish(paths, NEW);
  finish(paths, MIDDLE);
  expect(await match('nightly', 'unfinished')).toBe(OLD);
  expect(await match('nightly')).toBe(NEW);
  finish(paths, OLD);
  expect(await match('nightly', 'unfinished')).toBe(NEW);
});

test('the name of a job means the run on which a process works for a control', async () => {
  const { paths, match } = directoryWith([OLD, 'nightly'], [MIDDLE, 'nightly'], [NEW, 'nightly']);
  expect(await match('nightly', 'active')).toBe(NEW);
  const held = takeLock(paths.runLock(parseRunId(OLD)));
  expect(await match('nightly', 'active')).toBe(OLD);
  const other = takeLock(paths.runLock(parseRunId(MIDDLE)));
  await expect(match('nightly', 'active')).rejects.toThrow('2 runs on which processes work');
  held?.release();
  other?.release();
});
