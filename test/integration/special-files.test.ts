import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { examineState } from '../../src/doctor/examine-state.ts';
import { takeLock } from '../../src/ledger/process-lock.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, runBench } from '../support/run-bench.ts';

const STORE = { source: { files: { stored: false } }, steps: [{ uses: 'store' }] };
const PIPE = parseRunId('run-0');
const WORDS = /is a named pipe \(FIFO\), not a file of ucbulk\. Nothing was changed\. Move it away/;

test.each(['', '-wal'])(
  'a named pipe in the place of a ledger%s: runs and doctor name it, run and resume work past it',
  async (suffix) => {
    const bench = runBench({ files: 3, storedShare: 0 });
    await bench.start(STORE, { death: { point: 'page-committed', hit: 1 } });
    const path = statePaths(bench.directory).ledger(PIPE);
    if (suffix !== '') execFileSync('touch', [path]);
    execFileSync('mkfifo', [path + suffix]);
    const warnings: string[] = [];
    const log = (level: string, _: unknown, message: string) => {
      if (level === 'warn') warnings.push(message);
    };

    const listed = await listRuns(bench.directory, createSystemWorld());
    expect(listed).toMatchObject([
      { run: 'run-1' },
      { run: PIPE, problem: expect.stringMatching(WORDS) },
    ]);
    const findings = await examineState(bench.directory, null, createSystemWorld());
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'bad', message: expect.stringMatching(WORDS) }),
    );
    expect(await alive(bench.resume({ log }))).toMatchObject({ run: 'run-1', state: 'finished' });
    expect(await alive(bench.start(STORE))).toMatchObject({ state: 'finished' });
    await expect(bench.resume({ log })).rejects.toMatchObject({ kind: 'not-found' });
    expect(warnings).toContainEqual(expect.stringMatching(WORDS));
  },
);

test('a named pipe in the place of a lock is refused with a sentence', () => {
  const bench = runBench({ files: 0 });
  execFileSync('mkdir', ['-p', statePaths(bench.directory).runs]);
  const path = statePaths(bench.directory).runLock(PIPE);
  execFileSync('mkfifo', [path]);
  expect(() => takeLock(path)).toThrow(WORDS);
});

test('a device in the place of a lock is refused too', () => {
  const bench = runBench({ files: 0 });
  execFileSync('mkdir', ['-p', statePaths(bench.directory).runs]);
  const path = statePaths(bench.directory).runLock(PIPE);
  execFileSync('ln', ['-s', '/dev/null', path]);
  expect(() => takeLock(path)).toThrow(/is a device, not a file of ucbulk/);
});
