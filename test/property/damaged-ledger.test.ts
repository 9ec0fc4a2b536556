import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRunId } from '../../src/core/run.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { listRuns, readItems } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { givePage, newRun, tempDirectory } from '../support/temp-ledger.ts';

const RUN = parseRunId('run-1');
const JOB = { name: 'test', steps: [{ id: '1-store', uses: 'store' }] };

/** A state directory with one run of 300 items, the last hundred of them still in the log. */
function stateWithRun(): string {
  const directory = tempDirectory();
  const copy = tempDirectory();
  for (const place of [directory, copy]) mkdirSync(join(place, 'runs'));
  const path = join(directory, 'runs', 'run-1.db');
  const clock = new FakeClock();
  Ledger.create(path, newRun({ job: JOB }), { clock }).close();
  const ledger = Ledger.open(path, { clock });
  givePage(ledger, 200, { next: 'page-2' });
  ledger.close();
  const again = Ledger.open(path, { clock });
  givePage(again, 100);
  for (const suffix of ['', '-wal'])
    copyFileSync(path + suffix, join(copy, 'runs', `run-1.db${suffix}`));
  again.close();
  return copy;
}

test('bits that turned over anywhere in a ledger are told in words or not at all, and nothing is changed', async () => {
  const world = createSystemWorld();
  const whole = stateWithRun();
  const suffixes = ['', '-wal'];
  const original = suffixes.map((suffix) => readFileSync(join(whole, 'runs', `run-1.db${suffix}`)));
  let unreadable = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        file: fc.constantFrom(0, 1),
        place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        bytes: fc.integer({ min: 1, max: 200 }),
        mask: fc.integer({ min: 1, max: 255 }),
      }),
      async ({ file, place, bytes, mask }) => {
        const state = tempDirectory();
        mkdirSync(join(state, 'runs'));
        const files = original.map((content) => Buffer.from(content));
        const hurt = files[file]!;
        const from = Math.floor(place * hurt.length);
        for (let at = from; at < Math.min(from + bytes, hurt.length); at += 1) hurt[at]! ^= mask;
        if (file === 0) files[1] = Buffer.alloc(0); // else the log would cover what was hurt
        const paths = suffixes.map((suffix) => join(state, 'runs', `run-1.db${suffix}`));
        for (const [index, path] of paths.entries()) writeFileSync(path, files[index]!);

        const [listing] = await listRuns(state, world);
        const isListed = listing !== undefined && !('problem' in listing);
        if (!canReadAll(state) || !isListed) unreadable += 1;

        expect(readFileSync(paths[0]!).equals(files[0]!)).toBe(true);
        expect(existsSync(paths[1]!) && readFileSync(paths[1]!).equals(files[1]!)).toBe(true);
      },
    ),
    { numRuns: 150, seed: 7 },
  );
  expect(unreadable).toBeGreaterThan(0);
  await world.close();
});

/** Reads every item; only what is meant for the user may be thrown. */
function canReadAll(state: string): boolean {
  try {
    for (const item of readItems(state, RUN)) expect(typeof item.key).toBe('string');
    return true;
  } catch (error) {
    expect(error).toMatchObject({ name: expect.stringMatching(/UserError|ClassifiedError/) });
    return false;
  }
}
