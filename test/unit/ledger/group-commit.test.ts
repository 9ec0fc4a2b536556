import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ClassifiedError } from '../../../src/core/failure.ts';
import { GroupCommit, type WriteKind } from '../../../src/ledger/group-commit.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { RESERVE_PART, Reserve } from '../../../src/ledger/reserve.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { diskFull, watchLedgerWrites } from '../../support/ledger-writes.ts';
import { givePage, statesIn, tempDirectory, tempLedger } from '../../support/temp-ledger.ts';

afterEach(() => watchLedgerWrites(null));

/** From now on so many writes find no room. */
function fillDisk(times: number): void {
  let left = times;
  watchLedgerWrites(() => {
    left -= 1;
    if (left >= 0) throw diskFull();
  });
}

function ledgerWithReserve() {
  const { ledger: first, path, clock } = tempLedger();
  first.close();
  const reservePath = join(tempDirectory(), 'run-1.reserve');
  const reserve = Reserve.allocate(reservePath, 3 * RESERVE_PART);
  return { ledger: Ledger.open(path, { clock, reserve }), path, reservePath, clock };
}

test('without room a group refuses intents and writes its records; later intents are refused too', async () => {
  const { ledger, path, reservePath } = ledgerWithReserve();
  givePage(ledger, 3);
  ledger.transaction(() => ledger.items.claim(0, { now: 0, limit: 3 }));
  const done = (seq: number) => () =>
    ledger.items.moveItems({ seqs: [seq], step: 0, from: 'running', to: 'done' });
  const trouble: ClassifiedError[] = [];
  ledger.watchTrouble((failure) => trouble.push(failure));
  fillDisk(2);

  const first = await Promise.allSettled([
    ledger.write(done(1), 'record'),
    ledger.write(done(2), 'intent'),
  ]);
  const second = await Promise.allSettled([
    ledger.write(done(2), 'intent'),
    ledger.write(done(3), 'record'),
  ]);

  expect([...first, ...second].map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
  expect([...statesIn(path).values()]).toEqual(['done', 'running', 'done']);
  expect(trouble).toMatchObject([{ fatalCause: 'disk-full' }]);
  expect(statSync(reservePath).size).toBe(2 * RESERVE_PART);
  ledger.close();
  expect(existsSync(reservePath)).toBe(false);
});

test('after a slow commit the next one waits up to a second, and writes that come meanwhile share it', async () => {
  const { ledger, clock } = tempLedger();
  let commits = 0;
  watchLedgerWrites(() => {
    commits += 1;
    if (commits === 1) clock.pause(1200);
  });
  const write = () => ledger.write(() => undefined, 'record');
  await write();
  const first = write();
  await clock.advance(999);
  expect(commits).toBe(1);
  const second = write();
  await clock.advance(1);
  await Promise.all([first, second]);
  expect(commits).toBe(2);
  await write();
  expect(commits).toBe(3);
});

test('a record that never finds room is rejected, as a full disk', async () => {
  const { ledger, clock } = ledgerWithReserve();
  fillDisk(1000);
  const written = ledger.write(() => undefined, 'record').catch((error: unknown) => error);
  for (let second = 0; second < 10; second += 1) await clock.advance(1000);
  expect(await written).toMatchObject({ fatalCause: 'disk-full' });
  ledger.close();
});

test('the record of an upload that ended is written again whole after a rollback', async () => {
  const { ledger } = ledgerWithReserve();
  ledger.transaction(() => ledger.transfers.begin(1, { part: 'https://part.test' }));
  fillDisk(1);
  await ledger.write(() => ledger.transfers.end(1), 'record');
  ledger.transfers.rolledBack(); // what the table remembers must not hide what the file has
  expect(ledger.transfers.find(1)).toBe(null);
  ledger.close();
});

test('a reserve that has no place is refused with a sentence, and leaves no file', () => {
  const path = join(tempDirectory(), 'missing', 'run-1.reserve');
  expect(() => Reserve.allocate(path, RESERVE_PART)).toThrow(/Can't write the reserve/);
});

/** A group commit without a database; `syncs` says for each commit whether it synced the disk. */
function groupWithoutLedger() {
  const clock = new FakeClock();
  const syncs: boolean[] = [];
  const group = new GroupCommit({
    clock,
    crash: () => undefined,
    commit: (writes, isSynced) => {
      syncs.push(isSynced);
      writes();
    },
    commitFromReserve: (writes) => writes(),
    reportIfTemporary: () => false,
  });
  const write = (kind: WriteKind) => group.write(() => undefined, kind);
  return { clock, syncs, write };
}

test('deferred records gather for 50 ms, and are synced once a second', async () => {
  const { clock, syncs, write } = groupWithoutLedger();
  const first = [write('deferred-record'), write('deferred-record')];
  await clock.advance(49);
  expect(syncs).toEqual([]);
  await clock.advance(1);
  await Promise.all(first);
  expect(syncs).toEqual([true]);
  for (let commits = 1; commits <= 5; commits += 1) {
    const written = write('deferred-record');
    await clock.advance(400);
    await written;
  }
  expect(syncs).toEqual([true, false, false, true, false, false]);
});

test('a write that must not be lost is committed at once, with the deferred records', async () => {
  const { clock, syncs, write } = groupWithoutLedger();
  await Promise.all([write('deferred-record'), write('intent')]);
  expect(syncs).toEqual([true]);
  await clock.advance(50);
  expect(syncs).toEqual([true]);
});

test('one write that must not be lost syncs its whole group', async () => {
  const { clock, syncs, write } = groupWithoutLedger();
  await write('record');
  void write('deferred-record');
  await clock.advance(50);
  await clock.tick();
  await Promise.all([write('deferred-record'), write('intent'), write('deferred-record')]);
  await write('record');
  expect(syncs).toEqual([true, false, true, true]);
});
