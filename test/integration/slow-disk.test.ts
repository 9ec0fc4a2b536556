// Tests src/transport/with-journal.ts: a disk that needs long for each commit makes a run slow, and no more.
import { afterEach, expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { watchLedgerWrites } from '../support/ledger-writes.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const FILES = 60;
const COPIES = {
  source: { files: { stored: true } },
  steps: [{ uses: 'copy-to-remote', with: { target: 'backup' } }],
};

afterEach(() => watchLedgerWrites(null));

/** A bench whose ledger takes so long for each commit. Meanwhile the process can do nothing. */
function slowDisk(commitMs: number): RunBench {
  watchLedgerWrites(() => bench.clock.suspend(commitMs, 'goes on'));
  const bench = runBench({ files: FILES, storedShare: 1 });
  return bench;
}

const slowCommits = ({ events }: RunBench) => events.filter((event) => event.kind === 'disk-slow');

test.each([20, 1200, 10_000])(
  'with syncs of %i ms each item is done once, at its first try',
  async (ms) => {
    const bench = slowDisk(ms);
    const end = await alive(bench.start(COPIES));
    expect(end).toMatchObject({ state: 'finished', counts: { done: FILES } });
    expect(bench.effects('remote_copy')).toEqual({ changed: FILES, twice: 0 });
    const [first] = slowCommits(bench);
    expect(first).toEqual(
      ms < 1000 ? undefined : { kind: 'disk-slow', commitMs: ms, isTooSlow: false },
    );
  },
);

test('a disk that is too slow sends nothing, says so, and the run ends by its limit and is resumed', async () => {
  const bench = slowDisk(14_000);
  const end = await alive(bench.start({ ...COPIES, limits: { duration: '1h' } }));
  expect(end).toMatchObject({ state: 'interrupted', stop: { kind: 'duration' } });
  expect(exitCodeForEnd(end, null)).toBe(10);
  expect(end.counts).toMatchObject({ pending: FILES, failed: 0, 'in-doubt': 0 });
  expect(bench.effects('remote_copy').changed).toBe(0);
  const reports = slowCommits(bench);
  // A sample of the run may be committed in the same moment, so that a request waits for two commits.
  expect([14_000, 28_000]).toContain(reports[0]?.commitMs);
  expect(reports[0]?.isTooSlow).toBe(true);
  expect(reports.length).toBeGreaterThan(30);
  expect(reports.length).toBeLessThanOrEqual(61);

  watchLedgerWrites(null);
  const resumed = await alive(bench.resume({ job: COPIES }));
  expect(resumed).toMatchObject({ state: 'finished', counts: { done: FILES } });
  expect(bench.effects('remote_copy')).toEqual({ changed: FILES, twice: 0 });
});
