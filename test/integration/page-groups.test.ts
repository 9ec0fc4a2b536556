import { expect, test } from 'vitest';
import type { RunEnd } from '../../src/run/run-request.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import type { NetworkFault } from '../support/simulated-network.ts';

const STEPS = [{ uses: 'convert/document', with: { format: 'png', saveInGroup: true } }];
const OLD = '00000000-0000-4000-8000-000000000001~2';
const MINUTE_MS = 60_000;

/** Documents whose pages were made a group once before. */
function documents(bench: RunBench, count: number): string[] {
  const project = bench.emulator.projects[0]!;
  const pdf = { name: 'paper.pdf', mimeType: 'application/pdf', isImage: false };
  return Array.from({ length: count }, () => {
    const { uuid } = project.addFile(pdf);
    project.giveConvertedGroup({ uuid, format: 'png', group: OLD });
    return uuid;
  });
}

function loseFirst(bench: RunBench, fault: NetworkFault, then = () => {}): void {
  let isDue = true;
  bench.fault = ({ method, target }) => {
    if (!isDue || method !== 'POST' || !target.startsWith('/convert/')) return null;
    isDue = false;
    void bench.clock.sleep(1000).then(then);
    return fault;
  };
}

/** The run's groups, of which none is that of before; every document was converted once. */
function expectNewGroups(bench: RunBench, end: RunEnd, count: number): void {
  const items = bench.items(end.run);
  expect(items.map(({ state }) => state)).toEqual(Array(count).fill('done'));
  const groups = items.map(({ result }) => result?.['group']);
  expect(new Set(groups).size).toBe(count);
  for (const group of groups) expect(group).toMatch(/^[0-9a-f-]{36}~[1-5]$/);
  expect(groups).not.toContain(OLD);
  expect(bench.effects('convert_document')).toEqual({ changed: count, twice: 0 });
}

test('a lost answer is settled by the group that the document names since', async () => {
  const bench = runBench();
  loseFirst(bench, 'reset-after-effect');
  const end = await alive(bench.start({ source: { inline: documents(bench, 3) }, steps: STEPS }));
  expectNewGroups(bench, end, 3);
});

test('a group that was there before the request does not pass for its effect', async () => {
  const bench = runBench();
  loseFirst(bench, 'reset-before-effect');
  const end = await alive(bench.start({ source: { inline: documents(bench, 3) }, steps: STEPS }));
  expectNewGroups(bench, end, 3);
});

test('a death between the effect and its answer: what was before is on the disk', async () => {
  const bench = runBench();
  const job = { source: { inline: documents(bench, 3) }, steps: STEPS };
  const death = { point: 'response-received', hit: 1 } as const;
  expect(await bench.start(job, { concurrency: 1, death })).toBeNull();
  expectNewGroups(bench, await alive(bench.resume()), 3);
});

test('a conversion that takes its time is waited for before it is looked for', async () => {
  const work = { convert_document: { medianMs: 6 * MINUTE_MS, sigma: 0 } };
  const bench = runBench({ work });
  loseFirst(bench, 'reset-after-effect');
  const end = await alive(bench.start({ source: { inline: documents(bench, 2) }, steps: STEPS }));
  expectNewGroups(bench, end, 2);
});

test('of a document that is gone nobody can tell: in doubt', async () => {
  const bench = runBench();
  const [uuid = ''] = documents(bench, 1);
  loseFirst(bench, 'reset-after-effect');
  bench.answer = ({ method, target }) => {
    const isLook = method === 'GET' && target.startsWith('/convert/document/');
    const isAfter = bench.effects('convert_document').changed > 0;
    return isLook && isAfter ? { status: 404, body: '{"detail":"Not found."}', headers: {} } : null;
  };
  const end = await alive(bench.start({ source: { inline: [uuid] }, steps: STEPS }));
  expect(bench.items(end.run)).toMatchObject([{ key: uuid, state: 'in-doubt' }]);
  expect(bench.effects('convert_document').changed).toBe(1);
});

test('a group that shows late is waited for, and that of before is not taken for it', async () => {
  const bench = runBench({ groupsLagMs: 5 * MINUTE_MS });
  const end = await alive(bench.start({ source: { inline: documents(bench, 2) }, steps: STEPS }));
  expectNewGroups(bench, end, 2);
});

test('a group that is late, and the process dies while it waits: not converted again', async () => {
  const bench = runBench({ groupsLagMs: 5 * MINUTE_MS });
  const job = { source: { inline: documents(bench, 2) }, steps: STEPS };
  const death = { point: 'poll-answered', hit: 6 } as const;
  expect(await bench.start(job, { death })).toBeNull();
  expectNewGroups(bench, await alive(bench.resume()), 2);
});

test('a group that never shows: failed, with what was made, and not converted again', async () => {
  const bench = runBench({ groupsLagMs: 60 * MINUTE_MS });
  const end = await alive(bench.start({ source: { inline: documents(bench, 2) }, steps: STEPS }));
  for (const item of bench.items(end.run)) {
    expect(item).toMatchObject({ state: 'failed', reason: 'group_missing' });
    expect(item.message).toMatch(/conversion to [0-9a-f-]{36} ended, .*10m/);
  }
  expect(bench.effects('convert_document')).toEqual({ changed: 2, twice: 0 });
});
