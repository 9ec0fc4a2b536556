import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const CONCURRENCY = 4;
const FILES = { source: { files: { stored: true } } };

function urlList(bench: RunBench): object {
  const path = join(bench.directory, 'urls.txt');
  const urls = Array.from({ length: 30 }, (_, place) => `https://example.com/${place}.jpg`);
  writeFileSync(path, urls.join('\n'));
  return { urls: { path } };
}

function localFolder(bench: RunBench): object {
  const path = join(bench.directory, 'pictures');
  mkdirSync(path);
  for (let place = 0; place < 30; place += 1) {
    writeFileSync(join(path, `${place}.txt`), `text ${place}`);
  }
  return { folder: { path } };
}

test.each([
  ['addon/remove_bg', () => ({ ...FILES, steps: [{ uses: 'addon/remove_bg' }] })],
  [
    'convert/document',
    () => ({ ...FILES, steps: [{ uses: 'convert/document', with: { format: 'pdf' } }] }),
  ],
  [
    'convert/video',
    () => ({ ...FILES, steps: [{ uses: 'convert/video', with: { format: 'webm' } }] }),
  ],
  ['copy-local', () => ({ ...FILES, steps: [{ uses: 'copy-local' }] })],
  ['tags', () => ({ ...FILES, steps: [{ uses: 'tags', with: { add: ['a'] } }] })],
  [
    'import-url',
    (bench: RunBench) => ({ source: urlList(bench), steps: [{ uses: 'import-url' }] }),
  ],
  ['upload', (bench: RunBench) => ({ source: localFolder(bench), steps: [{ uses: 'upload' }] })],
] as const)('402 at %s stops the run and uses up no item', async (_, jobFor) => {
  const bench = runBench({ files: 30, storedShare: 1 });
  bench.answer = ({ method, target }) =>
    method === 'GET' || target.startsWith('/files/search/')
      ? null
      : answerWith(bench, 402, { detail: 'Payment required.' });

  const end = await alive(bench.start(jobFor(bench), { concurrency: CONCURRENCY }));

  expect(bench.mutations.length).toBeGreaterThan(0);
  expect(bench.mutations.length).toBeLessThanOrEqual(CONCURRENCY);
  expect(end).toMatchObject({ state: 'aborted', counts: { pending: 30, failed: 0 } });
  expect(end.stop).toMatchObject({
    kind: 'fatal',
    failure: {
      fatalCause: 'account',
      message: expect.stringContaining('out of credits; top it up'),
    },
  });
  expect(bench.items(end.run).every(({ attempts }) => attempts === 0)).toBe(true);
  expect(exitCodeForEnd(end, null)).toBe(3);
});

test('once there are credits again, a resume does the rest', async () => {
  const bench = runBench({ files: 30, storedShare: 1 });
  let sent = 0;
  bench.answer = ({ method, target }) => {
    if (method !== 'POST' || !target.startsWith('/addons/')) return null;
    sent += 1;
    return sent > 10 ? answerWith(bench, 402, { detail: 'Payment required.' }) : null;
  };
  const steps = [{ uses: 'addon/aws_rekognition_detect_labels' }];
  const end = await alive(bench.start({ ...FILES, where: { mime: 'image/*' }, steps }));
  expect(end.state).toBe('aborted');
  expect(end.counts.failed).toBe(0);

  bench.answer = () => null;
  const rest = await alive(bench.resume());

  expect(rest).toMatchObject({ state: 'finished', counts: { failed: 0, 'in-doubt': 0 } });
  expect(bench.effects('aws_rekognition_detect_labels')).toMatchObject({ twice: 0 });
});
