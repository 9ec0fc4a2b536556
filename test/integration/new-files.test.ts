// Tests src/operations/new-files.ts and src/operations/look-up-files.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const COUNT = 60;
const OLD = '2026-11-01T10:00:00.000000Z';
const CUT = { uses: 'addon/remove_bg' };
const FILE = /^\/files\/[0-9a-f-]{36}\//;
const EMPTY_PAGE = { next: null, previous: null, total: 0, per_page: 1000, results: [] };

function filesOfProject({ emulator }: RunBench, spec: object): object {
  const file = { ...spec, uploadedAt: OLD, storedAt: OLD };
  return {
    inline: Array.from({ length: COUNT }, () => emulator.projects[0]!.addFile(file).uuid),
  };
}

const pictures = (bench: RunBench) =>
  filesOfProject(bench, { mimeType: 'image/png', isImage: true });

function urls(bench: RunBench): object {
  const all = Array.from({ length: COUNT }, (_, place) => `https://photos.example/${place}.jpg`);
  for (const url of all) bench.emulator.addUrl(url, { size: 900, mimeType: 'image/jpeg' });
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, all.join('\n'));
  return { urls: { path } };
}

/** Number of requests that read files: one by one, by listing and by search. */
function reads({ sent }: RunBench) {
  const single = sent.filter(({ method, target }) => method === 'GET' && FILE.test(target));
  const listed = sent.filter(({ target }) => target.startsWith('/files/?'));
  const searches = sent.filter(({ target }) => target.startsWith('/files/search/'));
  return { single: single.length, listed: listed.length, searches: searches.length };
}

const MAKERS: readonly [string, (bench: RunBench) => object, object][] = [
  ['remove_bg', pictures, CUT],
  ['a conversion', pictures, { uses: 'convert/document', with: { format: 'pdf' } }],
  ['copy-local', pictures, { uses: 'copy-local' }],
  ['import-url', urls, { uses: 'import-url' }],
];

test.each(MAKERS)('the new files of %s are read together', async (_, setup, step) => {
  const bench = runBench({ autostore: false });

  const end = await alive(bench.start({ source: setup(bench), steps: [step] }));

  expect(end.counts).toMatchObject({ done: COUNT });
  const { single, listed } = reads(bench);
  expect(single + listed).toBeLessThan(COUNT / 2);
  expect(single).toBeLessThan(COUNT / 5);
});

test('one search shows for 100 files what was done before', async () => {
  const bench = runBench({ autostore: false });
  const source = pictures(bench);
  const scan = { uses: 'addon/uc_clamav_virus_scan' };

  await alive(bench.start({ source, steps: [scan] }));

  expect(reads(bench)).toMatchObject({ searches: 1, listed: 0, single: COUNT });
});

test.each(MAKERS)('%s: a file that no listing shows is read alone', async (_, setup, step) => {
  const bench = runBench({ autostore: false });
  bench.answer = ({ target }) =>
    target.startsWith('/files/?') ? answerWith(bench, 200, EMPTY_PAGE) : null;

  const end = await alive(bench.start({ source: setup(bench), steps: [step] }));

  expect(end.counts).toMatchObject({ done: COUNT });
  expect(end.elapsedMs).toBeLessThan(5 * 60_000);
});

test('a service without search, or that refuses the listing: each file is read alone', async () => {
  const bench = runBench({ autostore: false });
  bench.answer = ({ target }) =>
    /^\/files\/(\?|search)/.test(target)
      ? answerWith(bench, 403, { detail: 'Not part of the plan.' })
      : null;

  const end = await alive(bench.start({ source: pictures(bench), steps: [CUT] }));

  expect(end.counts).toMatchObject({ done: COUNT });
  expect(bench.effects('remove_bg')).toEqual({ changed: COUNT, twice: 0 });
});
