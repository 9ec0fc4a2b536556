// Tests src/engine/send/missing-reason.ts.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { uuidOf } from '../support/file-json.ts';
import { alive, runBench } from '../support/run-bench.ts';

const UNKNOWN = Array.from({ length: 50 }, (_, place) => uuidOf(place + 1));

test.each(['store', 'delete', 'info', 'tags', 'metadata'])(
  'files that the project never had: %s skips them as missing, and exit 1 says that none was found',
  async (uses) => {
    const bench = runBench({ files: 0 });
    const path = join(bench.directory, 'list.txt');
    writeFileSync(path, UNKNOWN.join('\n'));
    const options = { tags: { add: ['a'] }, metadata: { set: { a: 'b' } } };
    const step = { uses, ...(uses in options && { with: options[uses as 'tags'] }) };
    for (const source of [{ list: { path } }, { inline: UNKNOWN }]) {
      const end = await alive(bench.start({ source, steps: [step] }));
      expect(end.reasons).toEqual([{ state: 'skipped', reason: 'missing', count: 50 }]);
      expect(exitCodeForEnd(end, null)).toBe(1);
    }
  },
);

test('a list of which some are missing: exit 0, counted apart', async () => {
  const bench = runBench();
  const there = bench.emulator.projects[0]!.addFile({ storedAt: null }).uuid;
  const source = { inline: [there, ...UNKNOWN] };
  const end = await alive(bench.start({ source, steps: [{ uses: 'store' }] }));
  expect(end.counts).toMatchObject({ done: 1, skipped: 50 });
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'missing', count: 50 }]);
  expect(exitCodeForEnd(end, null)).toBe(0);
});
