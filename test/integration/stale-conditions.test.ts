// Tests src/engine/walk/judge-again.ts.

import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const ALL = { source: { files: {} }, recheckAfter: '10m' };
const UNLESS_TAGGED = "!('keep' in file.tags)";
const TAG_KEEP = { method: 'PUT', path: 'tags/', body: '{"tags":["keep"]}' };
const SET_KEEP = { method: 'PUT', path: 'metadata/keep/', body: '"yes"' };
const SET_NOTE = { method: 'PUT', path: 'metadata/note/', body: '"precious"' };

interface Change {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Three stored pictures whose `note` says that they may go. */
function benchOfPictures() {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const files = [1, 2, 3].map((number) =>
    project.addFile({
      name: `picture ${number}.png`,
      mimeType: 'image/png',
      isImage: true,
      storedAt: '2026-11-01T00:00:00Z',
      uploadedAt: `2026-11-01T00:00:0${number}Z`,
      tags: ['a'],
      metadata: { note: 'rubbish' },
    }),
  );
  const [changed = '', ...others] = files.map(({ uuid }) => uuid);
  const deleted = () =>
    [...bench.emulator.audit.entries()]
      .filter((entry) => entry.operation === 'delete' && entry.changed)
      .map(({ uuid }) => uuid)
      .sort();
  return { bench, changed, others: others.sort(), deleted };
}

/** Somebody else changes a file, past the runner. */
function changeElsewhere(bench: RunBench, uuid: string, { method, path, body }: Change): void {
  const { publicKey, secretKey } = bench.emulator.projects[0]!;
  const { status } = bench.emulator.handle({
    method,
    target: `/files/${uuid}/${path}`,
    headers: {
      host: 'service.test',
      accept: 'application/vnd.uploadcare-v0.7+json',
      'content-type': 'application/json',
      authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
    },
    body,
  });
  expect(status).toBeLessThan(300);
}

/** A yes that comes an hour after somebody has done something. */
function lateYes(bench: RunBench, meanwhile: () => void) {
  return async () => {
    meanwhile();
    await new Promise<void>((resolve) => bench.clock.after(3_600_000, resolve));
    return true;
  };
}

const WITHOUT_TAGS = (file: Record<string, unknown>) => delete file['tags'];

test.each([
  ['tags', UNLESS_TAGGED, TAG_KEEP, undefined],
  ['metadata', "!('keep' in file.metadata)", SET_KEEP, undefined],
  ['tags that the listing leaves out', UNLESS_TAGGED, TAG_KEEP, WITHOUT_TAGS],
])(
  'an `if` looks at the file as it is before the delete: %s',
  async (_, condition, change, open) => {
    const { bench, changed, others, deleted } = benchOfPictures();
    if (open !== undefined) bench.changeFile = open;
    const job = { ...ALL, steps: [{ uses: 'delete', if: condition }] };
    const confirm = lateYes(bench, () => changeElsewhere(bench, changed, change));

    const end = await alive(bench.start(job, { confirm }));

    expect(deleted()).toEqual(others);
    // The step is not for the file any more.
    expect(end.counts).toMatchObject({ done: 3, total: 3 });
  },
);

test('an `if` looks at the file as it is before the delete: files of a search', async () => {
  const { bench, changed, others, deleted } = benchOfPictures();
  const job = {
    source: { search: { isImage: true } },
    steps: [{ uses: 'delete', if: UNLESS_TAGGED }],
  };
  const confirm = lateYes(bench, () => changeElsewhere(bench, changed, TAG_KEEP));

  await alive(bench.start(job, { confirm }));

  expect(deleted()).toEqual(others);
});

test('a file that was protected while its page waited for a slow first step is not deleted', async () => {
  const { bench, changed, others, deleted } = benchOfPictures();
  const steps = [
    { uses: 'metadata', with: { set: { seen: 'yes' } } },
    { uses: 'delete', if: UNLESS_TAGGED },
  ];
  let isTagged = false;
  bench.fault = ({ target }) => {
    if (!isTagged && target.includes('/metadata/seen/')) {
      changeElsewhere(bench, changed, TAG_KEEP);
      isTagged = true;
    }
    return null;
  };

  await alive(bench.start({ ...ALL, recheckAfter: '1ms', steps, limits: { rate: 1 } }));

  expect(deleted()).toEqual(others);
});

test('an `if` that becomes undecidable before its delete skips the file, with the field', async () => {
  const { bench, deleted } = benchOfPictures();
  const job = { ...ALL, steps: [{ uses: 'delete', if: 'file.isImage == true' }] };
  const confirm = lateYes(bench, () => {
    bench.changeFile = (file) => {
      file['is_image'] = null;
    };
  });

  const end = await alive(bench.start(job, { confirm }));

  expect(deleted()).toEqual([]);
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'undecidable', count: 3 }]);
  expect(bench.items(end.run)[0]).toMatchObject({ message: 'file.isImage is unknown' });
});

test.each([
  ['tags', { isImage: true, tags: { none: ['keep'] } }, TAG_KEEP],
  ['an exact value of metadata', { exact: { metadata: { note: ['rubbish'] } } }, SET_NOTE],
  ['a phrase', { phrase: { metadata: 'rubbish' } }, SET_NOTE],
  ['words', { query: 'rubbish' }, SET_NOTE],
])(
  'what a search was asked for holds for a file until its delete: %s',
  async (_, search, change) => {
    const { bench, changed, others, deleted } = benchOfPictures();
    const job = { source: { search }, steps: [{ uses: 'delete' }] };
    const confirm = lateYes(bench, () => changeElsewhere(bench, changed, change));

    const end = await alive(bench.start(job, { confirm }));

    expect(deleted()).toEqual(others);
    expect(end.reasons).toEqual([{ state: 'skipped', reason: 'no longer matches', count: 1 }]);
  },
);

test('a file is skipped as stored meanwhile only if that is why it matches no longer', async () => {
  const { bench, changed, others, deleted } = benchOfPictures();
  const job = { ...ALL, where: { tags: { none: ['keep'] } }, steps: [{ uses: 'delete' }] };
  const confirm = lateYes(bench, () => changeElsewhere(bench, changed, TAG_KEEP));

  const end = await alive(bench.start(job, { confirm }));

  expect(deleted()).toEqual(others);
  expect(end.reasons).toEqual([{ state: 'skipped', reason: 'no longer matches', count: 1 }]);
});

test('nothing is deleted by what an earlier run saw of a file', async () => {
  const { bench, changed, deleted } = benchOfPictures();
  const look = { ...ALL, steps: [{ uses: 'info', if: 'file.size > 0.0' }] };
  const { run } = await alive(bench.start(look));
  changeElsewhere(bench, changed, TAG_KEEP);

  const job = {
    source: { run: { id: run, states: ['done'] } },
    steps: [{ uses: 'delete', if: UNLESS_TAGGED }],
  };
  const end = await alive(bench.start(job));

  expect(deleted()).toEqual([]);
  expect(end.reasons).toEqual([{ state: 'failed', reason: 'condition_unknown', count: 3 }]);
});

test('a page is as old as its listing, however long its missing fields took to read', async () => {
  const { bench, deleted } = benchOfPictures();
  bench.changeFile = WITHOUT_TAGS;
  const where = { tags: { none: ['keep'] } };
  const job = { ...ALL, recheckAfter: '2s', where, limits: { rate: 1 } };

  await alive(bench.start({ ...job, steps: [{ uses: 'delete' }] }));

  const listings = bench.sent.filter(({ target }) => target.startsWith('/files/?'));
  expect(listings).toHaveLength(2);
  expect(deleted()).toHaveLength(3);
});
