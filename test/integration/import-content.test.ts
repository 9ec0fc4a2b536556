// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the job's own syntax.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const PAGE = { content: '<html>a viewer, not the photo</html>', mimeType: 'text/html' };
const PHOTO = { size: 900, mimeType: 'image/jpeg' };
const PHOTO_URL = 'https://photos.example/1.jpg';
const SHARED_URL = 'https://photos.example/shared.jpg';
const VIEW_URL = 'https://drive.example/file/d/1aBcD/view';
const PAGE_URL = 'https://photos.example/about.html';

/** A job that imports these URLs, of which only the first gives a photo. */
function setup({
  options = {},
  urls = [PHOTO_URL, SHARED_URL, VIEW_URL, PAGE_URL],
}: {
  options?: object;
  urls?: readonly string[];
} = {}) {
  const bench = runBench();
  for (const url of urls) bench.emulator.addUrl(url, url === PHOTO_URL ? PHOTO : PAGE);
  const path = join(bench.directory, 'urls.txt');
  writeFileSync(path, urls.join('\n'));
  const step = { id: 'import', uses: 'import-url', with: options };
  return { bench, job: { source: { urls: { path } }, steps: [step] } };
}

function isAtService(bench: RunBench, file: unknown): boolean {
  return bench.emulator.projects[0]!.file(String(file)) !== undefined;
}

test.each(['image/*', ['video/*', 'IMAGE/{jpeg,png}']])(
  'expect %s: an item whose content is something else fails, and its file stays and is named',
  async (expected) => {
    const { bench, job } = setup({ options: { expect: expected } });
    const end = await alive(bench.start(job));
    const [photo, ...pages] = bench.items(end.run);
    expect(photo).toMatchObject({ key: PHOTO_URL, state: 'done', reason: null });
    expect(pages.map(({ state, reason }) => [state, reason])).toEqual(
      pages.map(() => ['failed', 'unexpected_content']),
    );
    for (const { message, result } of pages) {
      const file = String((result?.['made'] as JsonObject | undefined)?.['file']);
      expect(message).toContain(`The URL gave text/html`);
      expect(message).toContain(file);
      expect(isAtService(bench, file)).toBe(true);
    }
    expect(end.reasons).toEqual([{ state: 'failed', reason: 'unexpected_content', count: 3 }]);
  },
);

test('a file of unexpected content is not acted on by later steps', async () => {
  const { bench, job } = setup({ options: { expect: 'image/*' } });
  const file = '${{ steps.import.file }}';
  const tagging = { uses: 'tags', with: { file, add: ['new'] } };
  const end = await alive(bench.start({ ...job, steps: [...job.steps, tagging] }));
  expect(end.counts).toMatchObject({ done: 1, failed: 3 });
  expect(bench.effects('tags').changed).toBe(1);
});

test('without expect, a web page where the URL does not end like one is done with a warning', async () => {
  const { bench, job } = setup();
  const end = await alive(bench.start(job));
  const items = bench.items(end.run);
  expect(items.map(({ state, reason }) => [state, reason])).toEqual([
    ['done', null],
    ['done', 'web_page'],
    ['done', 'web_page'],
    ['done', null],
  ]);
  expect(items[1]?.message).toContain(String(items[1]?.result?.['file']));
  expect(end.reasons).toEqual([{ state: 'done', reason: 'web_page', count: 2 }]);
});

test('expect: text/html says that pages are wanted: no warning', async () => {
  const { bench, job } = setup({ urls: [SHARED_URL], options: { expect: 'text/html' } });
  const end = await alive(bench.start(job));
  expect([end.counts.done, end.reasons]).toEqual([1, []]);
});

test('a warning of an earlier step is shown at the item, wherever it ended', async () => {
  const { bench, job } = setup({ urls: [SHARED_URL] });
  const file = '${{ steps.import.file }}';
  const steps = [...job.steps, { uses: 'tags', with: { file, add: ['new'] } }];
  const end = await alive(bench.start({ ...job, steps }));
  const [item] = bench.items(end.run);
  expect(item).toMatchObject({ state: 'done', step: '2-tags', reason: 'web_page' });
  expect(item?.message).toContain('at step import: The URL gave a web page');
  expect(end.reasons).toEqual([{ state: 'done', reason: 'web_page', count: 1 }]);
});

test('what a file is that the service does not name yet is waited for, and never taken as expected', async () => {
  const { bench, job } = setup({ urls: [PHOTO_URL], options: { expect: 'image/*' } });
  bench.changeFile = (file) => {
    delete file['mime_type'];
  };
  const startedAt = bench.clock.now();
  const end = await alive(bench.start(job));
  expect(bench.items(end.run)).toMatchObject([{ state: 'failed', reason: 'content_unknown' }]);
  expect(bench.clock.now() - startedAt).toBeGreaterThan(9 * 60_000);
});

test.each([
  ['[a', 'is not a glob'],
  ['*.jpg', 'no slash'],
  [[], 'a MIME type such as image/jpeg'],
])('a job that expects %j is refused with the reason', (bad, words) => {
  const { bench, job } = setup({ options: { expect: bad } });
  expect(() => bench.job(job)).toThrow(words);
});
