// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the job file's own expressions.
// Tests src/engine/journal/taken-answers.ts and src/engine/journal/write-poll.ts.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const IMAGE = { name: 'cat.png', mimeType: 'image/png', isImage: true } as const;
const PDF = { name: 'a.pdf', mimeType: 'application/pdf', isImage: false } as const;
const DAY_AGO = '2026-11-20T12:00:00.000Z';
/** So young that only the selection tells that it was there before. */
const JUST_NOW = '2026-11-21T11:59:59.000Z';

function files(
  bench: RunBench,
  count: number,
  spec: typeof IMAGE | typeof PDF = IMAGE,
  uploadedAt = DAY_AGO,
): string[] {
  const { addFile } = bench.emulator.projects[0]!;
  const at = { uploadedAt, storedAt: uploadedAt };
  return Array.from({ length: count }, () => addFile({ ...spec, ...at }).uuid);
}

/** Changes the emulator's answers of one route on their way. */
function answersChanged(
  { emulator }: RunBench,
  route: RegExp,
  change: (body: string, request: { readonly target: string; readonly body: string }) => string,
): void {
  const handle = emulator.handle.bind(emulator);
  Object.assign(emulator, {
    handle(request: Parameters<typeof handle>[0]) {
      const answer = handle(request);
      const { target } = request;
      if (!route.test(target)) return answer;
      const sent = { target, body: String(request.body) };
      return { ...answer, body: Buffer.from(change(answer.body.toString(), sent)) };
    },
  });
}

/** Gives everybody the first answer, as a cache in between would. */
function firstForAll(): (body: string) => string {
  let first: string | undefined;
  return (body) => {
    first ??= body;
    return first;
  };
}

function oneIsDone(bench: RunBench, end: RunEnd, items: number): void {
  expect(end.counts).toMatchObject({ done: 1, 'in-doubt': items - 1, total: items });
  expect(exitCodeForEnd(end, null)).toBe(11);
  for (const item of bench.items(end.run, 'in-doubt')) {
    expect(item).toMatchObject({ reason: 'answer_of_another' });
    expect(item.message).toMatch(/has already/);
  }
}

test('one request id for several pictures: one is done, the others are in doubt, and no later step acts on them', async () => {
  const bench = runBench();
  const inline = files(bench, 4);
  answersChanged(bench, /remove_bg\/execute\/$/, firstForAll());
  const steps = [
    { id: 'cut', uses: 'addon/remove_bg' },
    { uses: 'tags', with: { file: '${{ steps.cut.file }}', add: ['cutout'] } },
  ];
  const end = await alive(bench.start({ source: { inline }, steps }));
  oneIsDone(bench, end, 4);
  expect(bench.effects('tags').changed).toBe(1);
});

test('one made file for several request ids: the second item is in doubt', async () => {
  const bench = runBench();
  const inline = files(bench, 3);
  let first: string | undefined;
  answersChanged(bench, /remove_bg\/execute\/status/, (body) => {
    const status = JSON.parse(body) as { status: string; result?: { file_id: string } };
    if (status.status !== 'done') return body;
    first ??= status.result!.file_id;
    return JSON.stringify({ ...status, result: { file_id: first } });
  });
  const end = await alive(
    bench.start({ source: { inline }, steps: [{ uses: 'addon/remove_bg' }] }),
  );
  oneIsDone(bench, end, 3);
});

test('one token and one output for all conversions of a request: the second is in doubt', async () => {
  const bench = runBench();
  const inline = files(bench, 5, PDF);
  answersChanged(bench, /^\/convert\/document\/$/, (body) => {
    const answer = JSON.parse(body) as { result: { token: number; uuid: string }[] };
    const [{ token, uuid } = { token: 0, uuid: '' }] = answer.result;
    return JSON.stringify({
      ...answer,
      result: answer.result.map((one) => ({ ...one, token, uuid })),
    });
  });
  const steps = [{ uses: 'convert/document', with: { format: 'docx' } }];
  oneIsDone(bench, await alive(bench.start({ source: { inline }, steps })), 5);
});

test.each([
  ['the picture itself', (_: readonly string[], own: string) => own, /itself/],
  [
    'another picture of the selection',
    ([first, second]: readonly string[], own: string) => (own === first ? second! : first!),
    /is item \d+ of this run/,
  ],
])(
  'a status that names %s as the made file puts the item in doubt, and a later delete deletes nothing',
  async (_, named, words) => {
    const bench = runBench();
    const inline = files(bench, 3, IMAGE, JUST_NOW);
    const targets = new Map<string, string>();
    answersChanged(bench, /remove_bg\/execute\//, (body, { target, body: sent }) => {
      const answer = JSON.parse(body) as { request_id?: string; status?: string };
      if (answer.request_id !== undefined) {
        targets.set(answer.request_id, (JSON.parse(sent) as { target: string }).target);
      }
      if (answer.status !== 'done') return body;
      const id = new URLSearchParams(target.split('?')[1]).get('request_id')!;
      return JSON.stringify({ ...answer, result: { file_id: named(inline, targets.get(id)!) } });
    });
    const steps = [
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'delete', with: { file: '${{ steps.cut.file }}' } },
    ];
    const end = await alive(bench.start({ source: { inline }, steps }));
    expect(end.counts).toMatchObject({ 'in-doubt': 3, done: 0 });
    expect(bench.items(end.run)[0]!.message).toMatch(words);
    expect(bench.effects('delete').changed).toBe(0);
  },
);

test('a made file that is older than its request puts the item in doubt', async () => {
  const bench = runBench();
  const [old] = files(bench, 1);
  const inline = files(bench, 1);
  answersChanged(bench, /remove_bg\/execute\/status/, (body) => {
    const status = JSON.parse(body) as { status: string };
    return status.status === 'done'
      ? JSON.stringify({ ...status, result: { file_id: old } })
      : body;
  });
  const end = await alive(
    bench.start({ source: { inline }, steps: [{ uses: 'addon/remove_bg' }] }),
  );
  expect(end.counts).toMatchObject({ 'in-doubt': 1 });
  expect(bench.items(end.run)[0]).toMatchObject({ reason: 'answer_names_older_file' });
});

test('one copy for several files: the second is in doubt', async () => {
  const bench = runBench();
  const inline = files(bench, 3);
  answersChanged(bench, /^\/files\/local_copy\/$/, firstForAll());
  oneIsDone(
    bench,
    await alive(bench.start({ source: { inline }, steps: [{ uses: 'copy-local' }] })),
    3,
  );
});

test('one import for several URLs: the second is in doubt', async () => {
  const bench = runBench();
  const urls = [1, 2, 3].map((number) => `https://example.test/${number}.txt`);
  for (const url of urls) bench.emulator.addUrl(url, { content: url });
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, urls.join('\n'));
  answersChanged(bench, /^\/from_url\/(\?|$)/, firstForAll());
  const steps = [{ uses: 'import-url' }];
  oneIsDone(bench, await alive(bench.start({ source: { urls: { path } }, steps })), 3);
});

test('what was answered before a kill still counts: a resumed run does not give it to a second item', async () => {
  const bench = runBench();
  const inline = files(bench, 4);
  answersChanged(bench, /remove_bg\/execute\/$/, firstForAll());
  const job = { source: { inline }, steps: [{ uses: 'addon/remove_bg' }] };
  const death = { point: 'token-saved', hit: 1 } as const;
  expect(await bench.start(job, { death, concurrency: 1 })).toBeNull();
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ done: 1, 'in-doubt': 3 });
  const reasons = bench.items(end.run, 'in-doubt').map(({ reason }) => reason);
  expect(reasons).toContain('answer_of_another');
});

test('a file that the service named for one item can not be adopted for another', async () => {
  const bench = runBench();
  const inline = files(bench, 2);
  answersChanged(bench, /remove_bg\/execute\/$/, firstForAll());
  const end = await alive(
    bench.start({ source: { inline }, steps: [{ uses: 'addon/remove_bg' }] }),
  );
  const [done] = bench.items(end.run, 'done');
  const [doubtful] = bench.items(end.run, 'in-doubt');
  const file = String(done!.result!['file']);
  const decisions = [
    { item: doubtful!.key, resolution: { as: 'adopt', file }, place: '' } as const,
  ];
  await expect(
    bench.live({}, ({ world }) =>
      resolveItems(bench.directory, { run: end.run, decisions }, world),
    ),
  ).rejects.toThrow(/can't adopt/);
});

test('a group answer with the files of another request is looked up: each file is in one group', async () => {
  const bench = runBench();
  const inline = files(bench, 6);
  answersChanged(bench, /^\/group\/(\?|$)/, firstForAll());
  const steps = [{ uses: 'create-group', with: { size: 3 } }];
  const end = await alive(bench.start({ source: { inline }, steps }, { concurrency: 1 }));
  expect(end.counts).toMatchObject({ done: 6 });
  const groups = new Set(bench.items(end.run).map(({ result }) => result?.['group']));
  expect(groups.size).toBe(2);
  expect(bench.effects('group_create').changed).toBe(2);
});

test('a batch answer that names a file as done and as a problem says nothing of it: it is sent again', async () => {
  const bench = runBench();
  const at = { uploadedAt: DAY_AGO, storedAt: null };
  const inline = [1, 2].map(() => bench.emulator.projects[0]!.addFile({ ...IMAGE, ...at }).uuid);
  let asked = 0;
  answersChanged(bench, /^\/files\/storage\/$/, (body) => {
    asked += 1;
    if (asked > 1) return body;
    const answer = JSON.parse(body) as { problems: object };
    return JSON.stringify({ ...answer, problems: { [inline[0]!]: 'Missing in the project' } });
  });
  const end = await alive(bench.start({ source: { inline }, steps: [{ uses: 'store' }] }));
  expect(end.counts).toMatchObject({ done: 2 });
  expect(asked).toBe(2);
});

test('a file that was named for an item that is in doubt itself can be adopted for that item only', async () => {
  const bench = runBench();
  const inline = files(bench, 2, PDF);
  const promised = new Map<string, string>();
  answersChanged(bench, /^\/convert\/document\//, (body, { target }) => {
    const answer = JSON.parse(body) as { result: { token: number; uuid: string }[] };
    if (target !== '/convert/document/') return body;
    const [first] = answer.result;
    promised.set('first', first!.uuid);
    // The second one is left out of the answer: it is in doubt.
    return JSON.stringify({ ...answer, result: [first] });
  });
  const steps = [{ uses: 'convert/document', with: { format: 'docx' } }];
  bench.answer = ({ target }) =>
    target.includes('/status/') ? answerWith(bench, 400, { detail: 'no' }) : null;
  const end = await alive(bench.start({ source: { inline }, steps }));
  expect(end.counts).toMatchObject({ 'in-doubt': 2 });
  const adopt = (item: string) => {
    const resolution = { as: 'adopt', file: promised.get('first')! } as const;
    const decisions = [{ item, resolution, place: '' }];
    return bench.live({}, ({ world }) =>
      resolveItems(bench.directory, { run: end.run, decisions }, world),
    );
  };
  await expect(adopt(inline[1]!)).rejects.toThrow(/named it for item 1/);
  expect(await adopt(inline[0]!)).toMatchObject({ adopt: 1 });
});

function folder(bench: RunBench, count: number, size: number): object {
  const path = join(bench.directory, 'folder');
  mkdirSync(path);
  for (let number = 1; number <= count; number += 1) {
    writeFileSync(join(path, `${number}.txt`), Buffer.alloc(size, `text of ${number} `));
  }
  return { folder: { path } };
}

test('one direct upload for several files: the answers are looked up, and each file has its own', async () => {
  const bench = runBench();
  const source = folder(bench, 3, 1000);
  answersChanged(bench, /^\/base\//, firstForAll());
  const end = await alive(bench.start({ source, steps: [{ uses: 'upload' }] }));
  expect(end.counts).toMatchObject({ done: 3 });
  const made = bench.items(end.run).map(({ result }) => result?.['file']);
  expect(new Set(made).size).toBe(3);
  expect(bench.effects('upload').changed).toBe(3);
});

test('one upload in parts for several files: no file has the bytes of another', async () => {
  const bench = runBench();
  const source = folder(bench, 2, 10 * 1024 ** 2 + 1);
  const repeat = firstForAll();
  let starts = 0;
  answersChanged(bench, /^\/multipart\/start\//, (body) => {
    starts += 1;
    return starts <= 2 ? repeat(body) : body;
  });
  const steps = [{ uses: 'upload', with: { partsFrom: '10MiB' } }];
  const end = await alive(bench.start({ source, steps }, { concurrency: 2 }));
  expect(end.counts).toMatchObject({ done: 2 });
  const made = bench.items(end.run).map(({ result }) => result?.['file']);
  expect(new Set(made).size).toBe(2);
});
