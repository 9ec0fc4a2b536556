import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../src/core/run.ts';
import { itemTexts } from '../../src/report/item-texts.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { newFolder, readList } from '../support/read-source.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

// `ucbulk report RUN --state failed -o failed.csv` writes a list that a job can use as its source.

const ODD_MESSAGE = '=HYPERLINK("https://evil.test","a"),\r\n@b;c|d\t"';
const ODD_URLS = [
  'https://a.test/one,two;three|four.jpg?x="quoted"&y=\'1\'',
  'https://a.test/=SUM(A1).jpg',
  "https://a.test/it's+@-.jpg#part",
  'https://a.test/%20%2C%22.jpg',
  'https://a.test/\u00fc.jpg',
];

async function failedItems(bench: RunBench, run: RunId, format: 'csv' | 'ndjson'): Promise<string> {
  const reported = await readReportedRun(bench.directory, run, createSystemWorld());
  return [...itemTexts(reported, { format, states: ['failed'] })].join('');
}

test.each([
  ['failed.csv', 'csv'],
  ['failed.ndjson', 'ndjson'],
  ['failed.txt', 'csv'],
] as const)('the failed files of a report are a list: %s', async (name, format) => {
  const bench = runBench();
  const inline = [1, 2, 3].map(() => bench.emulator.projects[0]!.addFile({}).uuid);
  bench.answer = ({ target }) =>
    target.includes('/metadata/') && !target.includes(inline[1]!)
      ? answerWith(bench, 400, { detail: ODD_MESSAGE })
      : null;
  const steps = [{ uses: 'metadata', with: { set: { seen: 'yes' } } }];
  const { run, counts } = await alive(bench.start({ source: { inline }, steps }));
  expect(counts).toMatchObject({ failed: 2, done: 1 });
  const list = await readList('list', [name, await failedItems(bench, run, format)]);
  expect(list).toMatchObject({ exit: 0, keys: [inline[0], inline[2]] });
});

test.each([
  ['failed.csv', 'csv'],
  ['failed.ndjson', 'ndjson'],
] as const)(
  'failed URLs with odd characters are the same in a new run: %s',
  async (name, format) => {
    const bench = runBench();
    const path = join(newFolder(), 'urls.ndjson');
    const rows = ODD_URLS.map((url) => JSON.stringify({ url, note: ODD_MESSAGE }));
    writeFileSync(path, rows.join('\n'));
    bench.answer = ({ target }) =>
      target.startsWith('/from_url/') ? answerWith(bench, 400, { detail: ODD_MESSAGE }) : null;
    const steps = [{ uses: 'import-url' }];
    const { run, counts } = await alive(bench.start({ source: { urls: { path } }, steps }));
    expect(counts).toMatchObject({ failed: ODD_URLS.length });
    const failed = bench.items(run, 'failed').map(({ key }) => key);
    const list = await readList('urls', [name, await failedItems(bench, run, format)]);
    expect(list).toMatchObject({ exit: 0, keys: failed });
    expect(failed.slice(0, 4)).toEqual(ODD_URLS.slice(0, 4));
  },
);

test('a job takes the list of the files that failed in an earlier run', async () => {
  const bench = runBench();
  const inline = [1, 2, 3].map(() => bench.emulator.projects[0]!.addFile({}).uuid);
  let isIll = true;
  bench.answer = ({ target }) =>
    isIll && target.startsWith(`/files/${inline[2]}/metadata/`)
      ? answerWith(bench, 400, { detail: ODD_MESSAGE })
      : null;
  const steps = [{ uses: 'metadata', with: { set: { seen: 'yes' } } }];
  const { run } = await alive(bench.start({ source: { inline }, steps }));
  isIll = false;
  const path = join(newFolder(), 'failed.csv');
  writeFileSync(path, await failedItems(bench, run, 'csv'));
  const end = await alive(bench.start({ source: { list: { path } }, steps }));
  expect(end.counts).toMatchObject({ done: 1, total: 1 });
  expect(bench.items(end.run).map(({ key }) => key)).toEqual([inline[2]]);
});
