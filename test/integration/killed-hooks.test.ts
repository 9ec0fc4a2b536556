// Tests runs whose process dies during a hook, and hooks of items whose upload has begun.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import type { ItemHooks } from '../../src/run/item-hooks.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const COPY = { source: { files: {} }, steps: [{ uses: 'copy-local' }] };
const DELETE = { source: { files: {} }, steps: [{ uses: 'delete' }] };
const MIB = 1024 ** 2;

test.each([
  ['copy-local', COPY],
  ['delete', DELETE],
] as const)(
  '%s: a kill in the middle of a hook neither loses nor doubles the effect of an item',
  async (uses, job) => {
    let killedInHook = 0;
    for (let afterMs = 200; afterMs < 20_000; afterMs += 700) {
      const bench = runBench({ files: 5 });
      let open = 0;
      const slow = async () => {
        open += 1;
        await bench.clock.sleep(1500);
        open -= 1;
      };
      const hooks: ItemHooks = { beforeItem: slow, afterItem: slow };
      const first = await bench.start(job, { hooks, death: { afterMs } });
      if (first !== null) break;
      if (open > 0) killedInHook += 1;
      await finish(bench, job, hooks);
      const states = bench.items(parseRunId('run-1')).map(({ state }) => state);
      expect(states).toEqual(Array(5).fill('done'));
      if (uses === 'delete') expect(bench.effects('delete')).toEqual({ changed: 5, twice: 0 });
      else expect(bench.mutations).toHaveLength(new Set(bench.mutations.map(bodyOf)).size);
    }
    expect(killedInHook).toBeGreaterThan(1);
  },
);

/** Continues the run, unless its process died after the end of the run or before its begin. */
async function finish(bench: RunBench, job: object, hooks: ItemHooks): Promise<void> {
  const isBegun = bench.events.some(({ kind }) => kind === 'run-started');
  const rest = isBegun ? bench.resume({ hooks }) : bench.start(job, { hooks });
  await rest.catch((error: Error) => {
    expect(error.message).toContain('There is no unfinished run to resume');
  });
}

function bodyOf({ body }: { readonly body: string | null }): string {
  return String(body);
}

test('a hook does not fail an item whose upload in parts has begun', async () => {
  const bench = runBench();
  const folder = join(bench.directory, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(10 * MIB + 17, 7));
  const step = { uses: 'upload', with: { partsFrom: '10MiB' } };
  const job = { source: { folder: { path: folder } }, steps: [step] };
  const passes: ItemHooks = { beforeItem: () => undefined };
  const death = { point: 'transfer-noted', hit: 3 } as const;
  expect(await bench.start(job, { hooks: passes, death })).toBeNull();
  const hooks: ItemHooks = {
    beforeItem() {
      throw new Error('not this one');
    },
  };
  const end = await alive(bench.resume({ hooks }));
  expect(end.counts).toMatchObject({ done: 1, failed: 0 });
  const starts = bench.sent.filter(({ target }) => target.startsWith('/multipart/start/'));
  expect(starts).toHaveLength(1);
});
