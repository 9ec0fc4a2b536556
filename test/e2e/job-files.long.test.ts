import { expect, test } from 'vitest';
import type { Effect, EmulatedFile } from '../../src/emulator/emulator.ts';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const AT_ONCE = { medianMs: 5, hiddenMs: 0 };
const WORK = {
  remove_bg: AT_ONCE,
  uc_clamav_virus_scan: AT_ONCE,
  aws_rekognition_detect_labels: AT_ONCE,
  convert_document: AT_ONCE,
  convert_video: AT_ONCE,
};
const FILES = 30;

/** Runs a job file to its end; gives what it said. */
async function run(shell: Shell, job: string, vars: Readonly<Record<string, string>> = {}) {
  const flags = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]);
  return shell.ucbulk(['run', jobFile(job), '--yes', ...flags]);
}

/** A summary on stderr, nothing on stdout, exit code 0: so many items, all done. */
function expectFinished(end: Awaited<ReturnType<typeof run>>, job: string, items: number): void {
  expect(end.stderr).toMatch(new RegExp(`^Finished ${job}, run `, 'm'));
  expect(end.stderr).toMatch(new RegExp(`^  items +${items}: ${items} done$`, 'm'));
  expect([end.stdout, end.code]).toEqual(['', 0]);
}

function seeded(shell: Shell, wanted: (file: EmulatedFile) => boolean, count = FILES) {
  const files = Array.from({ length: count }, (_, place) => shell.project.seededFile(place));
  return files.filter((file) => file.storedAt !== null && wanted(file));
}

/** The files that an operation changed, each once; fails where one was changed twice. */
function changed(shell: Shell, operation: Effect): Set<string> {
  expect(shell.emulator.audit.summary()[operation]?.filesChangedMoreThanOnce ?? 0).toBe(0);
  const entries = [...shell.emulator.audit.entries()];
  return new Set(
    entries
      .filter((entry) => entry.operation === operation && entry.changed)
      .map(({ uuid }) => uuid),
  );
}

function uuidsOf(files: readonly EmulatedFile[]): Set<string> {
  return new Set(files.map(({ uuid }) => uuid));
}

function metadataOf(shell: Shell, uuid: string): Record<string, string> {
  return JSON.parse(shell.project.file(uuid)?.metadata ?? '{}');
}

const isSmallImage = ({ mimeType, size }: EmulatedFile) =>
  mimeType.startsWith('image/') && size <= 22 * 1024 ** 2;

test('remove-backgrounds: every picture is cut out once; the result is stored, tagged, copied', async () => {
  const shell = await openShell({ files: FILES, work: WORK, autostore: false, storedShare: 1 });
  const pictures = seeded(shell, isSmallImage);
  const end = await run(shell, 'remove-backgrounds', { bucket: 'backup', tag: 'no-bg' });
  expectFinished(end, 'remove-backgrounds', pictures.length);
  expect(changed(shell, 'remove_bg')).toEqual(uuidsOf(pictures));
  const results = pictures.map(({ uuid }) => metadataOf(shell, uuid)['cutout'] ?? '');
  expect(new Set(results).size).toBe(pictures.length);
  for (const operation of ['store', 'tags', 'remote_copy'] as const) {
    expect(changed(shell, operation)).toEqual(new Set(results));
  }
  for (const [place, result] of results.entries()) {
    expect(shell.project.file(result)).toMatchObject({ tags: '["no-bg"]', mimeType: 'image/png' });
    expect(metadataOf(shell, result)).toEqual({ cutout_of: pictures[place]?.uuid });
  }
  const objects = [...shell.emulator.bucketObjects('backup-bucket')];
  expect(objects.map(({ key, isPublic }) => [key.slice(0, 36), isPublic]).sort()).toEqual(
    results.map((uuid) => [uuid, false]).sort(),
  );
  // Who runs it again pays nothing: neither pictures nor results are taken.
  expectFinished(await run(shell, 'remove-backgrounds'), 'remove-backgrounds', 0);
  expect(changed(shell, 'remove_bg').size).toBe(pictures.length);
});

test('remove-backgrounds: without a bucket nothing is copied; more than max, and nothing is done', async () => {
  const shell = await openShell({ files: FILES, work: WORK, storedShare: 1 });
  const refused = await run(shell, 'remove-backgrounds', { max: '3' });
  expect(refused.stderr).toContain('maxItems');
  expect([refused.stdout, refused.code, shell.emulator.audit.length]).toEqual(['', 7, 0]);
  expect((await run(shell, 'remove-backgrounds')).code).toBe(0);
  expect(changed(shell, 'remove_bg').size).toBeGreaterThan(3);
  expect(changed(shell, 'remote_copy').size).toBe(0);
});

test('convert-documents-to-pdf: every office document gets a PDF, and the two name each other', async () => {
  const shell = await openShell({ files: 120, work: WORK, storedShare: 1 });
  const documents = seeded(shell, ({ mimeType }) => /msword|officedocument/.test(mimeType), 120);
  expect(documents.length).toBeGreaterThan(1);
  const end = await run(shell, 'convert-documents-to-pdf');
  expectFinished(end, 'convert-documents-to-pdf', documents.length);
  expect(changed(shell, 'convert_document')).toEqual(uuidsOf(documents));
  for (const { uuid } of documents) {
    const { pdf = '' } = metadataOf(shell, uuid);
    expect(shell.project.file(pdf)).toMatchObject({ mimeType: 'application/pdf' });
    expect(shell.project.file(pdf)?.storedAt).not.toBeNull();
    expect(metadataOf(shell, pdf)).toEqual({ pdf_of: uuid });
  }
  expectFinished(await run(shell, 'convert-documents-to-pdf'), 'convert-documents-to-pdf', 0);
});

test('convert-videos: every video is converted once, as told, and copied', async () => {
  const shell = await openShell({ files: FILES, work: WORK, storedShare: 1 });
  const videos = seeded(shell, ({ mimeType }) => mimeType.startsWith('video/'));
  expect(videos.length).toBeGreaterThan(1);
  const end = await run(shell, 'convert-videos', { format: 'webm', bucket: 'backup' });
  expectFinished(end, 'convert-videos', videos.length);
  expect(changed(shell, 'convert_video')).toEqual(uuidsOf(videos));
  const results = videos.map(({ uuid }) => metadataOf(shell, uuid)['converted'] ?? '');
  expect(changed(shell, 'remote_copy')).toEqual(new Set(results));
  for (const result of results) expect(shell.project.file(result)?.mimeType).toBe('video/webm');
  expectFinished(await run(shell, 'convert-videos'), 'convert-videos', 0);
});

test('scan-for-viruses: reports what is infected, and changes nothing', async () => {
  const shell = await openShell({ files: FILES, work: WORK, infectedShare: 0.2 });
  const before = shell.project.counts();
  const end = await run(shell, 'scan-for-viruses');
  expectFinished(end, 'scan-for-viruses', before.stored + before.unstored);
  expect(Object.keys(shell.emulator.audit.summary())).toEqual(['uc_clamav_virus_scan']);
  expect(shell.project.counts()).toEqual(before);
  const [, id = ''] = /run (\S+)$/m.exec(end.stderr) ?? [];
  const report = await shell.ucbulk(['report', id, '--format', 'ndjson']);
  const infected = report.stdout.split('\n').filter((line) => line.includes('"infected":true'));
  expect(infected.length).toBeGreaterThan(1);
});

test('scan-for-viruses --var mark=yes --var quarantine=…: infected files only; none is deleted', async () => {
  const shell = await openShell({ files: FILES, work: WORK, infectedShare: 0.2 });
  const before = shell.project.counts();
  const end = await run(shell, 'scan-for-viruses', { mark: 'yes', quarantine: 'backup' });
  expectFinished(end, 'scan-for-viruses', before.stored + before.unstored);
  const found = [...changed(shell, 'uc_clamav_virus_scan')].filter((uuid) => {
    const { uc_clamav_virus_scan: scan } = JSON.parse(shell.project.file(uuid)?.appdata ?? '{}');
    return scan.data.infected;
  });
  expect(found.length).toBeGreaterThan(1);
  for (const operation of ['tags', 'metadata_set', 'remote_copy'] as const) {
    expect(changed(shell, operation)).toEqual(new Set(found));
  }
  for (const uuid of found) {
    expect(shell.project.file(uuid)?.tags).toBe('["infected"]');
    expect(metadataOf(shell, uuid)['virus']).toBe('Win.Test.EICAR_HDB-1');
  }
  expect(shell.project.counts()).toEqual(before);
});

test('label-images: pictures get what is to be seen in them as tags', async () => {
  const shell = await openShell({ files: FILES, work: WORK, storedShare: 1 });
  const pictures = seeded(shell, ({ mimeType }) => /^image\/(jpeg|png)$/.test(mimeType));
  const end = await run(shell, 'label-images', { confidence: '75' });
  expectFinished(end, 'label-images', pictures.length);
  expect(changed(shell, 'aws_rekognition_detect_labels')).toEqual(uuidsOf(pictures));
  for (const { uuid } of pictures) {
    const file = shell.project.file(uuid);
    const found = JSON.parse(file?.appdata ?? '{}').aws_rekognition_detect_labels.data.Labels;
    const sure = found.filter(({ Confidence }: { Confidence: number }) => Confidence >= 75);
    const names = sure.map(({ Name }: { Name: string }) => Name.toLowerCase());
    expect(JSON.parse(file?.tags ?? '[]').sort()).toEqual(names.sort());
    expect(metadataOf(shell, uuid)['labelled']).toBe('rekognition');
  }
  expectFinished(await run(shell, 'label-images'), 'label-images', 0);
});

test('tag-by-metadata: the value becomes a tag; files without the key are asked nothing', async () => {
  const shell = await openShell({ files: 0 });
  const stored = { storedAt: '2026-10-01T00:00:00.000000Z' };
  const add = (metadata: Record<string, string>) => shell.project.addFile({ ...stored, metadata });
  const sale = add({ category: 'Summer Sale' });
  const odd = add({ category: '東京' });
  add({ other: 'x' });
  const end = await run(shell, 'tag-by-metadata', { prefix: 'cat-' });
  expectFinished(end, 'tag-by-metadata', 3);
  expect(changed(shell, 'tags')).toEqual(new Set([sale.uuid, odd.uuid]));
  expect(shell.project.file(sale.uuid)?.tags).toBe('["cat-summer-sale"]');
  expect(shell.project.file(odd.uuid)?.tags).toBe('["cat"]');
});
