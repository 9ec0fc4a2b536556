// Tests src/engine/journal/result-records.ts.

import { expect, test } from 'vitest';
import type { Resolution } from '../../src/resolve/resolution.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: the job file's own expression.
const OF_CUT = '${{ steps.cut.file }}';
const STEPS = [
  { id: 'cut', uses: 'addon/remove_bg' },
  { id: 'keep', uses: 'store', with: { file: OF_CUT } },
];

/** A run of three pictures, one of whose answers was lost. */
async function inDoubt() {
  const bench = runBench({ autostore: false });
  const project = bench.emulator.projects[0]!;
  const inline = [1, 2, 3].map(
    () => project.addFile({ mimeType: 'image/png', isImage: true }).uuid,
  );
  let isDue = true;
  bench.fault = ({ target }) => {
    if (!isDue || !target.endsWith('/execute/')) return null;
    isDue = false;
    return 'reset-after-effect';
  };
  const end = await alive(bench.start({ source: { inline }, steps: STEPS }));
  const [item] = bench.items(end.run, 'in-doubt');
  return { bench, run: end.run, key: item!.key };
}

async function resolve(
  { bench, run, key }: Awaited<ReturnType<typeof inDoubt>>,
  resolution: Resolution,
) {
  return bench.live({}, ({ world }) =>
    resolveItems(
      bench.directory,
      { run, decisions: [{ item: key, resolution, place: '' }] },
      world,
    ),
  );
}

function stateOf(bench: RunBench, run: Parameters<RunBench['items']>[0], key: string) {
  return bench.items(run).find((item) => item.key === key)?.state;
}

test('redo sends it again, and the item goes through all steps', async () => {
  const doubt = await inDoubt();
  await resolve(doubt, { as: 'redo' });
  const end = await alive(doubt.bench.resume());
  expect(end).toMatchObject({ state: 'finished', counts: { done: 3, 'in-doubt': 0 } });
});

test('skip leaves it', async () => {
  const doubt = await inDoubt();
  await resolve(doubt, { as: 'skip' });
  const end = await alive(doubt.bench.resume());
  expect(end).toMatchObject({ state: 'finished', counts: { done: 2, skipped: 1 } });
});

test('adopt goes on with the file that was made', async () => {
  const doubt = await inDoubt();
  const made = [...doubt.bench.emulator.audit.entries()].find(
    ({ operation, uuid }) => operation === 'remove_bg' && uuid === doubt.key,
  );
  expect(made).toBeDefined();
  const file = doubt.bench.emulator.projects[0]!.addFile({ storedAt: null }).uuid;
  await resolve(doubt, { as: 'adopt', file });
  const end = await alive(doubt.bench.resume());
  expect(end.counts.done).toBe(3);
  expect(doubt.bench.emulator.projects[0]!.file(file)?.storedAt).not.toBeNull();
});

test('an item that is not in doubt is refused, and nothing is changed', async () => {
  const doubt = await inDoubt();
  const done = doubt.bench.items(doubt.run, 'done')[0]!.key;
  await expect(resolve({ ...doubt, key: done }, { as: 'redo' })).rejects.toThrow('is not in doubt');
  expect(stateOf(doubt.bench, doubt.run, doubt.key)).toBe('in-doubt');
});

test('done without the file that a later step acts on is refused with the word to say', async () => {
  const doubt = await inDoubt();
  await expect(resolve(doubt, { as: 'done' })).rejects.toThrow(
    /step keep acts on the file that was made. Use --as adopt/,
  );
  expect(stateOf(doubt.bench, doubt.run, doubt.key)).toBe('in-doubt');
});

test.each(['done', 'skip'] as const)('%s does not hide that an earlier step failed', async (as) => {
  const bench = runBench({ autostore: false });
  const file = bench.emulator.projects[0]!.addFile({ mimeType: 'image/png', isImage: true }).uuid;
  bench.fault = ({ target }) => (target.endsWith('/execute/') ? 'reset-after-effect' : null);
  const refusal = { status: 400, headers: {}, body: '{"detail":"no"}' };
  bench.answer = ({ target }) => (target.includes('/metadata/') ? refusal : null);
  const label = { uses: 'metadata', with: { set: { seen: 'yes' } }, onFailure: 'continue' };
  const steps = [label, { uses: 'addon/remove_bg' }];
  const { run, counts } = await alive(bench.start({ source: { inline: [file] }, steps }));
  expect(counts['in-doubt']).toBe(1);

  await resolve({ bench, run, key: file }, { as });
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ failed: 1, done: 0, skipped: 0 });
});

test('a file that the run knows as another is not adopted', async () => {
  const doubt = await inDoubt();
  const [other] = doubt.bench.items(doubt.run, 'done');
  const made = doubt.bench.emulator.audit.entries();
  const theirs = [...made].find(
    ({ operation, uuid }) => operation === 'store' && uuid !== doubt.key,
  );
  for (const file of [doubt.key, doubt.key.toUpperCase(), other!.key, theirs!.uuid!]) {
    await expect(resolve(doubt, { as: 'adopt', file })).rejects.toThrow("can't adopt");
  }
  expect(stateOf(doubt.bench, doubt.run, doubt.key)).toBe('in-doubt');
});

test('a step that makes no file adopts none', async () => {
  const bench = runBench({ files: 1, storedShare: 0 });
  const target = 'backup';
  const plain = { target, pattern: 'copy', allowNameCollisions: true };
  bench.fault = ({ target: path }) => (path.includes('remote_copy') ? 'reset-after-effect' : null);
  const steps = [{ uses: 'copy-to-remote', with: plain }];
  const { run } = await alive(bench.start({ source: { files: {} }, steps }));
  const [item] = bench.items(run, 'in-doubt');
  const file = '11111111-1111-4111-8111-111111111111';
  await expect(resolve({ bench, run, key: item!.key }, { as: 'adopt', file })).rejects.toThrow(
    'copy-to-remote makes none',
  );
});
