import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ItemState } from '../../../src/core/item-state.ts';
import { parseRunId } from '../../../src/core/run.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { escapedJson } from '../../../src/page-data/escaped-json.ts';
import { readReportData } from '../../../src/page-data/read-report-data.ts';
import type { ReportData } from '../../../src/page-data/shapes.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newRun } from '../../support/new-run.ts';
import { givePage, tempDirectory } from '../../support/temp-ledger.ts';

const RUN = parseRunId('run-1');
const JOB = {
  name: 'test',
  source: { kind: 'files', files: { stored: true } },
  steps: [{ id: 'cut', uses: 'addon/remove_bg', with: {} }],
  guard: {},
  limits: {},
  where: {},
};

/** How an item ends, by its number. */
type End = (seq: number) => {
  readonly to: ItemState;
  readonly reason: string;
  readonly message: string;
  readonly result?: object;
};

/** The report of a run whose items end like this. */
function reportOf(items: number, end: End): Promise<ReportData> {
  const directory = tempDirectory();
  mkdirSync(join(directory, 'runs'));
  const path = join(directory, 'runs', `${RUN}.db`);
  const ledger = Ledger.create(path, newRun({ runId: RUN, job: JOB }), { clock: new FakeClock() });
  const seqs = givePage(ledger, items);
  ledger.transaction(() => {
    ledger.items.take(
      0,
      seqs.map((seq) => ({ seq })),
    );
    for (const seq of seqs) {
      const { to, result = null, ...text } = end(seq);
      ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to });
      const outcome = { item: seq, step: 0, state: to, requestId: null, at: 5 };
      ledger.outcomes.put({ ...outcome, ...text, result: result as never });
    }
  });
  ledger.close();
  return readReportData(directory, { run: RUN, version: '1.2.3' }, createSystemWorld());
}

test('a report of many causes with long and hostile messages stays below 5 MB', async () => {
  const report = await reportOf(5500, (seq) => ({
    to: 'failed',
    reason: `code_${seq % 250}`,
    message: '</script>'.repeat(120),
    result: { words: '<'.repeat(800) },
  }));
  expect(report.run.causes).toHaveLength(200);
  expect(report.items.length).toBeGreaterThan(1000);
  // Each cause has some items, although there is not enough space for all.
  const reasons = new Set(report.items.map(({ reason }) => reason));
  expect(reasons.size).toBeGreaterThanOrEqual(200);
  const bytes = Buffer.byteLength(escapedJson(report));
  expect(bytes).toBeLessThan(4_900_000);
  expect(bytes).toBeGreaterThan(3_900_000);
});

test('a report has all items in doubt up to 5,000, before all others', async () => {
  const report = await reportOf(5600, (seq) => ({
    to: seq <= 5500 ? 'in-doubt' : 'failed',
    reason: 'lost',
    message: 'No answer',
  }));
  const states = report.items.map(({ state }) => state);
  expect(states.filter((state) => state === 'in-doubt')).toHaveLength(5000);
  expect(states.slice(5000)).toEqual(Array(100).fill('failed'));
});
