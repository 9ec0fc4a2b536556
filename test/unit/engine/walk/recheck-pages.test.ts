// Tests src/engine/walk/selection.ts.

import { expect, test } from 'vitest';
import { ClassifiedError } from '../../../../src/core/failure.ts';
import type { FileFacts } from '../../../../src/core/file-facts.ts';
import type { ItemKey } from '../../../../src/core/item.ts';
import { no, unknown, YES } from '../../../../src/core/verdict.ts';
import { recoverRun } from '../../../../src/engine/failure/recover-run.ts';
import { PageRecheck } from '../../../../src/engine/walk/recheck-pages.ts';
import { deleteOperation } from '../../../../src/operations/delete-operation.ts';
import type { Source } from '../../../../src/sources/source.ts';
import type { FilesApi } from '../../../../src/uploadcare/files-api.ts';
import { uuidOf } from '../../../support/file-json.ts';
import { someFile } from '../../../support/some-file.ts';
import { givePage, tempLedger } from '../../../support/temp-ledger.ts';

const CHECK_AFTER_MS = 600_000;

const isUnstored = ({ storedAt }: FileFacts) => (storedAt === null ? YES : no('stored'));

/** Pages of three, listed long ago; what the project has now is in `files`. */
function setup(pages = 1) {
  const { ledger, path, clock } = tempLedger();
  for (let page = 1; page <= pages; page += 1) givePage(ledger, 3);
  const files = new Map<ItemKey, FileFacts>();
  for (let number = 1; number <= pages * 3; number += 1) {
    files.set(uuidOf(number), someFile({ uuid: uuidOf(number), storedAt: null }));
  }
  const asked: string[] = [];
  const holds = new Map<string, Promise<void>>();
  const source: Source = {
    kind: 'test',
    uniqueKeys: true,
    async readPage(cursor) {
      const no = cursor === null ? 1 : Number(cursor.split('-')[1]);
      asked.push(`page ${no}`);
      await holds.get(`page ${no}`);
      const keys = [1, 2, 3].map((place) => uuidOf((no - 1) * 3 + place));
      const listed = keys.flatMap((key) => {
        const facts = files.get(key);
        return facts === undefined || facts.storedAt !== null || facts.removedAt !== null
          ? []
          : [{ key, facts }];
      });
      return { candidates: listed, next: null };
    },
    async lookUp(key) {
      asked.push(`file ${key.slice(-2)}`);
      return files.get(key) ?? null;
    },
  };
  const deps = {
    ledger,
    selection: { source, filter: isUnstored, asOf: Number.MAX_SAFE_INTEGER },
    serverNow: () => clock.now(),
    recheckAfterMs: CHECK_AFTER_MS,
    signal: new AbortController().signal,
  };
  const claim = (count: number) =>
    ledger.transaction(() => ledger.items.claim(0, { now: clock.now(), limit: count }));
  const store = (number: number) =>
    files.set(uuidOf(number), someFile({ uuid: uuidOf(number), storedAt: clock.now() }));
  const states = () => {
    const placed = [1, 2, 3].flatMap((no) => {
      const page = ledger.pages.get(no);
      return page === null ? [] : ledger.items.ofPage(page);
    });
    return placed.map(({ state }) => state);
  };
  return {
    ledger,
    path,
    clock,
    files,
    asked,
    holds,
    deps,
    recheck: new PageRecheck(deps),
    claim,
    store,
    states,
  };
}

const seqsOf = (items: readonly { seq: number }[]) => items.map(({ seq }) => seq);

test('what was stored meanwhile is skipped, with the reason, and the others go on', async () => {
  const bench = setup();
  bench.store(2);

  const left = await bench.recheck.stillSelected(0, bench.claim(3));

  expect(seqsOf(left)).toEqual([1, 3]);
  expect(bench.states()).toEqual(['running', 'skipped', 'running']);
  expect(bench.ledger.outcomes.reasons()).toEqual([
    { state: 'skipped', reason: 'stored meanwhile', count: 1, continuedFrom: null },
  ]);
});

test('what is gone is skipped as gone', async () => {
  const bench = setup();
  bench.files.delete(uuidOf(1));
  bench.files.set(uuidOf(2), someFile({ uuid: uuidOf(2), storedAt: null, removedAt: 5 }));

  expect(seqsOf(await bench.recheck.stillSelected(0, bench.claim(3)))).toEqual([3]);
  expect(bench.ledger.outcomes.reasons()).toEqual([
    { state: 'skipped', reason: 'gone', count: 2, continuedFrom: null },
  ]);
});

test('what only moved off its page is still selected', async () => {
  const bench = setup();
  const { source } = bench.deps.selection;
  const empty: Source = { ...source, readPage: async () => ({ candidates: [], next: null }) };
  const recheck = new PageRecheck({
    ...bench.deps,
    selection: { ...bench.deps.selection, source: empty },
  });

  expect(await recheck.stillSelected(0, bench.claim(3))).toHaveLength(3);
});

test('an item whose own request may have removed it is not judged by its absence', async () => {
  const bench = setup();
  const items = bench.claim(3);
  bench.ledger.transaction(() => {
    const attempt = bench.ledger.attempts.begin({ step: 0, items: 3, sentAt: 1 });
    bench.ledger.items.markSent(seqsOf(items), attempt);
  });
  bench.files.clear();

  expect(await bench.recheck.stillSelected(0, items)).toHaveLength(3);
});

test('a page that was looked at a moment ago is not listed again', async () => {
  const bench = setup();
  await bench.recheck.stillSelected(0, bench.claim(1));
  await bench.clock.advance(CHECK_AFTER_MS);
  await bench.recheck.stillSelected(0, bench.claim(1));
  expect(bench.asked).toEqual(['page 1']);

  await bench.clock.advance(1);
  await bench.recheck.stillSelected(0, bench.claim(1));
  expect(bench.asked).toEqual(['page 1', 'page 1']);
});

test('windows of one page share one look at it', async () => {
  const bench = setup();
  bench.store(1);
  bench.store(3);
  const windows = [bench.claim(1), bench.claim(1), bench.claim(1)];

  const left = await Promise.all(windows.map((items) => bench.recheck.stillSelected(0, items)));

  expect(left.map(seqsOf)).toEqual([[], [2], []]);
  expect(bench.asked).toEqual(['page 1', 'file 01', 'file 03']);
});

test('an item is dropped though another window looked at its page while this one waited for another page', async () => {
  const bench = setup(2);
  let release = () => {};
  bench.holds.set('page 1', new Promise((resolve) => (release = resolve)));
  bench.store(4);
  const both = bench.claim(5);
  const second = bench.claim(1);

  const waiting = bench.recheck.stillSelected(0, both);
  await bench.recheck.stillSelected(0, second);
  release();

  expect(seqsOf(await waiting)).toEqual([1, 2, 3, 5]);
  expect(bench.states()[3]).toBe('skipped');
});

test('an item that was claimed in the instant its page was settled makes the page be looked at again', async () => {
  const bench = setup();
  bench.store(3);
  const { lookUp } = bench.deps.selection.source;
  let late: ReturnType<typeof bench.claim> = [];
  const source: Source = {
    ...bench.deps.selection.source,
    lookUp: async (key, signal) => {
      const facts = await lookUp!(key, signal);
      late = bench.claim(2);
      return facts;
    },
  };
  const recheck = new PageRecheck({
    ...bench.deps,
    selection: { ...bench.deps.selection, source },
  });

  await recheck.stillSelected(0, bench.claim(1));

  expect(seqsOf(late)).toEqual([2, 3]);
  expect(seqsOf(await bench.recheck.stillSelected(0, late))).toEqual([2]);
});

test('a check that fails gives the other items back, and does not forget what it saw on earlier pages', async () => {
  const bench = setup(2);
  bench.store(2);
  const failure = new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'http_503',
    message: 'busy',
  });
  const { source } = bench.deps.selection;
  const failing: Source = {
    ...source,
    readPage: (cursor, signal) =>
      cursor === null ? source.readPage(cursor, signal) : Promise.reject(failure),
  };
  const selection = { ...bench.deps.selection, source: failing };

  const check = new PageRecheck({ ...bench.deps, selection }).stillSelected(0, bench.claim(6));

  await expect(check).rejects.toBe(failure);
  expect(bench.states()).toEqual([
    'pending',
    'skipped',
    'pending',
    'pending',
    'pending',
    'pending',
  ]);
  expect(seqsOf(await bench.recheck.stillSelected(0, bench.claim(6)))).toEqual([1, 3, 4, 5, 6]);
});

test('a process that dies between the looks at two pages has kept what the first one showed', async () => {
  const bench = setup(2);
  bench.store(2);
  bench.holds.set('page 2', new Promise(() => {}));
  void bench.recheck.stillSelected(0, bench.claim(6));
  await bench.clock.tick();

  // Another process: nothing is left of the first one but its ledger.
  bench.holds.clear();
  recoverRun({
    ledger: bench.ledger,
    steps: [{ operation: deleteOperation({} as FilesApi) }],
    serverNow: bench.deps.serverNow,
    settleMs: 0,
  });
  const left = await new PageRecheck(bench.deps).stillSelected(0, bench.claim(6));

  expect(seqsOf(left)).toEqual([1, 3, 4, 5, 6]);
});

test('an item that was stored while it stood at an earlier step is not deleted at the next one', async () => {
  const bench = setup();
  const [first, ...others] = bench.claim(3);
  const move = { step: 0, from: 'running', to: 'pending' } as const;
  bench.ledger.transaction(() =>
    bench.ledger.items.moveItems({ ...move, seqs: [first!.seq], toStep: 1 }),
  );
  bench.store(3);
  const claimSecond = () =>
    bench.ledger.transaction(() =>
      bench.ledger.items.claim(1, { now: bench.clock.now(), limit: 9 }),
    );
  expect(seqsOf(await bench.recheck.stillSelected(1, claimSecond()))).toEqual([1]);

  bench.ledger.transaction(() =>
    bench.ledger.items.moveItems({ ...move, seqs: seqsOf(others), toStep: 1 }),
  );
  expect(seqsOf(await bench.recheck.stillSelected(1, claimSecond()))).toEqual([2]);
});

test('an item at a later step is not taken for checked by a look that showed it was stored', async () => {
  const bench = setup();
  const [first] = bench.claim(1);
  bench.ledger.transaction(() =>
    bench.ledger.items.moveItems({
      seqs: [first!.seq],
      step: 0,
      from: 'running',
      to: 'pending',
      toStep: 1,
    }),
  );
  bench.store(1);
  expect(await bench.recheck.stillSelected(0, bench.claim(2))).toHaveLength(2);

  const later = bench.ledger.transaction(() =>
    bench.ledger.items.claim(1, { now: bench.clock.now(), limit: 9 }),
  );
  expect(bench.recheck.isFresh(later)).toBe(false);
  expect(await bench.recheck.stillSelected(1, later)).toEqual([]);
});

test('what a look told of may leave, though another item of the page could not be judged', async () => {
  const bench = setup();
  const [first] = bench.claim(1);
  bench.ledger.transaction(() =>
    bench.ledger.items.moveItems({ seqs: [first!.seq], step: 0, from: 'running', to: 'in-doubt' }),
  );
  const next = bench.claim(2);
  bench.ledger.transaction(() =>
    bench.ledger.items.moveItems({
      seqs: seqsOf(next),
      step: 0,
      from: 'running',
      to: 'pending',
      toStep: 1,
    }),
  );
  bench.store(1);
  const ready = bench.ledger.transaction(() =>
    bench.ledger.items.claim(1, { now: bench.clock.now(), limit: 9 }),
  );
  expect(await bench.recheck.stillSelected(1, ready)).toHaveLength(2);
  expect(bench.recheck.isFresh(ready)).toBe(true);
});

test('an item whose window joined a look under way is judged before it is deleted', async () => {
  const bench = setup();
  for (const [number, tags] of [
    [1, ['a']],
    [2, ['a']],
    [3, ['keep']],
  ] as const) {
    bench.files.set(uuidOf(number), someFile({ uuid: uuidOf(number), storedAt: null, tags }));
  }
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const listed = bench.deps.selection.source;
  const source: Source = {
    ...listed,
    // The listing leaves out tags.
    async readPage(cursor, signal) {
      const page = await listed.readPage(cursor, signal);
      return {
        ...page,
        candidates: page.candidates.map((one) => ({
          ...one,
          facts: one.facts && { ...one.facts, tags: null },
        })),
      };
    },
    readFields: {
      fields: ['tags'],
      async read(facts) {
        bench.asked.push(`tags ${facts.uuid.slice(-2)}`);
        if (facts.uuid === uuidOf(1)) await held;
        return { ...facts, tags: bench.files.get(facts.uuid)?.tags ?? null };
      },
    },
  };
  const filter = ({ tags }: FileFacts) =>
    tags === null ? unknown('tags') : tags.includes('keep') ? no('kept') : YES;
  const recheck = new PageRecheck({
    ...bench.deps,
    selection: { ...bench.deps.selection, source, filter },
  });

  const first = recheck.stillSelected(0, bench.claim(1));
  for (let ticks = 0; ticks < 5; ticks += 1) await bench.clock.tick();
  const joined = bench.claim(2);
  const second = recheck.stillSelected(0, joined);
  release();

  expect(seqsOf(await first)).toEqual([1]);
  expect(seqsOf(await second)).toEqual([2]);
  expect(bench.states()).toEqual(['running', 'running', 'skipped']);
  expect(bench.asked).toContain('tags 03');
});

/** A step's `if` looks at tags. */
function setupWithCondition() {
  const bench = setup();
  const selection = { ...bench.deps.selection, recheckedFields: ['tags'] as const };
  const recheck = new PageRecheck({ ...bench.deps, selection });
  const tag = (number: number) =>
    bench.files.set(
      uuidOf(number),
      someFile({ uuid: uuidOf(number), storedAt: null, tags: ['keep'] }),
    );
  return { bench, recheck, tag };
}

test('items come back with the facts of the last look, also if another window looked', async () => {
  const { bench, recheck, tag } = setupWithCondition();
  const windows = [bench.claim(1), bench.claim(2)];
  tag(1);
  tag(3);

  const left = await Promise.all(windows.map((items) => recheck.stillSelected(0, items)));

  expect(left.flat()).toMatchObject([
    { details: { file: { tags: ['keep'] } } },
    { details: { file: { tags: someFile({}).tags } } },
    { details: { file: { tags: ['keep'] } } },
  ]);
  expect(bench.asked).toEqual(['page 1']);
});

test('a look that shows new facts does not make an item fresh that is on its way with older ones', async () => {
  const { bench, recheck, tag } = setupWithCondition();
  const early = await recheck.stillSelected(0, bench.claim(2));
  await bench.clock.advance(CHECK_AFTER_MS + 1);
  tag(1);

  await recheck.stillSelected(0, bench.claim(1));

  expect(recheck.isFresh(early.slice(0, 1))).toBe(false);
  expect(recheck.isFresh(early.slice(1))).toBe(true);
});
