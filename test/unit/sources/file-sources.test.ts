import { expect, test } from 'vitest';
import { fileListSource } from '../../../src/sources/file-list-source.ts';
import { inlineSource } from '../../../src/sources/inline-source.ts';
import type { FilesApi } from '../../../src/uploadcare/files-api.ts';
import type { RestClient } from '../../../src/uploadcare/rest-client.ts';
import { uuidOf } from '../../support/file-json.ts';
import { someFile } from '../../support/some-file.ts';

type PageStart = Parameters<FilesApi['listPage']>[0];

const signal = new AbortController().signal;

function files(known: ReturnType<typeof someFile>[] = []) {
  const asked: PageStart[] = [];
  const api = {
    listPage: async (start: PageStart) => {
      asked.push(start);
      return { files: known, next: '/files/?from=x' };
    },
    fileInfo: async (uuid: string) => known.find((file) => file.uuid === uuid) ?? null,
  } as unknown as FilesApi;
  return { api, asked };
}

test('a listing starts with its query and goes on with its cursor, byte for byte', async () => {
  const { api, asked } = files([someFile({ uuid: uuidOf(1) })]);
  const source = fileListSource({ files: api } as RestClient, { stored: false, limit: 5 });
  const page = await source.readPage(null, signal);
  await source.readPage(page.next, signal);

  expect(page).toMatchObject({
    candidates: [{ key: uuidOf(1), facts: { uuid: uuidOf(1) } }],
    next: '/files/?from=x',
  });
  expect(asked).toEqual([{ query: { stored: false, limit: 5 } }, { cursor: '/files/?from=x' }]);
  expect(source.uniqueKeys).toBe(true);
});

test('UUIDs of a job file are one page, and may be there twice', async () => {
  const source = inlineSource(files().api, [uuidOf(1), uuidOf(2), uuidOf(1)]);
  const page = await source.readPage(null, signal);
  expect(page.candidates.map(({ key }) => key)).toEqual([uuidOf(1), uuidOf(2), uuidOf(1)]);
  expect(page.next).toBe(null);
  expect(source.uniqueKeys).toBe(false);
});

test('a file is looked up by itself; one that is not there is null', async () => {
  const source = fileListSource(
    { files: files([someFile({ uuid: uuidOf(1) })]).api } as RestClient,
    {},
  );
  expect(await source.lookUp?.(uuidOf(1), signal)).toMatchObject({ uuid: uuidOf(1) });
  expect(await source.lookUp?.(uuidOf(2), signal)).toBe(null);
});
