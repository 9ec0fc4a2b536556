// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Job } from '../../src/job/job-schema.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { startRun } from '../../src/run/start-run.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

function jobFile(name: string): Job {
  const path = fileURLToPath(new URL(`../../jobs/${name}.yaml`, import.meta.url));
  return loadJobFile(readFileSync(path, 'utf8'), { file: path, env: {}, vars: {} });
}

function run(bench: RunBench, name: string) {
  return alive(bench.live({}, (context) => startRun(jobFile(name), context)));
}

function addFiles({ emulator }: RunBench, count: number, mimeType: string): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  return Array.from({ length: count }, () => {
    const isImage = mimeType.startsWith('image/');
    const file = { mimeType, isImage, size: 1000, uploadedAt, storedAt: uploadedAt };
    return emulator.projects[0]!.addFile(file).uuid;
  });
}

test('remove-backgrounds: cutouts whose tag failed are neither cut out nor cut again', async () => {
  const bench = runBench({ autostore: true });
  addFiles(bench, 5, 'image/png');
  bench.answer = ({ target }) =>
    target.endsWith('/tags/') ? answerWith(bench, 400, { detail: 'No tags today.' }) : null;
  const first = await run(bench, 'remove-backgrounds');
  expect(first.counts).toMatchObject({ failed: 5, total: 5 });

  bench.answer = () => null;
  const second = await run(bench, 'remove-backgrounds');

  expect(second.counts).toMatchObject({ done: 5, total: 5 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 5, twice: 0 });
  expect((await run(bench, 'remove-backgrounds')).counts.total).toBe(0);
});

test('remove-backgrounds: a cutout that nobody could mark is not cut out', async () => {
  const bench = runBench({ autostore: true });
  addFiles(bench, 3, 'image/png');
  bench.answer = ({ target }) =>
    target.includes('/metadata/cutout_of/') ? answerWith(bench, 400, ['Not today.']) : null;
  await run(bench, 'remove-backgrounds');
  bench.answer = () => null;

  const end = await run(bench, 'remove-backgrounds');

  expect(end.counts).toMatchObject({ done: 3, skipped: 3, total: 6 });
  expect(bench.effects('remove_bg')).toEqual({ changed: 3, twice: 0 });
});

test('what a step of the job made is cut out because the job says so', async () => {
  const bench = runBench({ autostore: true });
  const inline = addFiles(bench, 2, 'image/png');
  const again = { file: '${{ steps.cut.file }}', crop: true };
  const steps = [
    { id: 'cut', uses: 'addon/remove_bg' },
    { uses: 'addon/remove_bg', with: again },
  ];

  const end = await alive(bench.start({ source: { inline }, steps }));

  expect(end.counts).toMatchObject({ done: 2 });
  expect(bench.effects('remove_bg').changed).toBe(4);
});

test.each([
  ['convert-documents-to-pdf', 'application/msword', 'convert_document'],
  ['convert-videos', 'video/mp4', 'convert_video'],
] as const)('%s: what could not be marked is not converted again', async (name, mime, effect) => {
  const bench = runBench({ autostore: false });
  const sources = addFiles(bench, 3, mime);
  bench.answer = ({ method, target }) =>
    method === 'PUT' && sources.some((uuid) => target.startsWith(`/files/${uuid}/metadata/`))
      ? answerWith(bench, 400, ['Not today.'])
      : null;
  expect((await run(bench, name)).counts).toMatchObject({ failed: 3 });
  bench.answer = () => null;

  const end = await run(bench, name);

  expect(end.counts).toMatchObject({ done: 3, total: 3 });
  expect(bench.effects(effect)).toEqual({ changed: 3, twice: 0 });
});
