import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ByteBody } from '../../../src/core/world.ts';
import { hashedBody } from '../../../src/operations/hashed-body.ts';
import { createLocalFiles } from '../../../src/operations/local-files.ts';
import { someItem } from '../../support/engine-bench.ts';
import { tempFolder } from '../sources/local-disk.ts';

async function setup(content = 'twelve bytes') {
  const { files, root, write } = tempFolder();
  const path = await write('a.txt', content);
  const local = createLocalFiles(files, ({ key }) => join(root, key));
  return {
    path,
    root,
    open: (name = 'a.txt') => local.open(someItem({ key: name }), new AbortController().signal),
  };
}

async function read(body: ByteBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a file is read whole or by its parts, as often as it takes', async () => {
  const file = await (await setup()).open();
  expect(file).toMatchObject({ name: 'a.txt', size: 12, modifiedAt: expect.any(Number) });
  expect(file.part(5, 5).size).toBe(5);
  expect(file.part(10, 5).size).toBe(2);
  const parts = [file.part(0, 5), file.part(5, 5), file.part(10, 5), file.part(0, 12)];
  expect(await Promise.all(parts.map(read))).toEqual(['twelv', 'e byt', 'es', 'twelve bytes']);
});

test('the last bytes of a file that changed are not given out', async () => {
  const { open, path } = await setup();
  const file = await open();
  appendFileSync(path, 'more');
  await expect(read(file.part(0, 12))).rejects.toMatchObject({
    kind: 'permanent',
    effect: 'none',
    code: 'body_changed',
  });
});

test('an empty file that is no more empty is another one', async () => {
  const { open, path } = await setup('');
  const file = await open();
  expect(await read(file.part(0, 0))).toBe('');
  appendFileSync(path, 'x');
  await expect(read(file.part(0, 0))).rejects.toMatchObject({ code: 'body_changed' });
});

test('a file that is gone can not be read on', async () => {
  const { open, path } = await setup();
  const file = await open();
  rmSync(path);
  await expect(read(file.part(0, 12))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what is no file is not opened: nobody waits for a pipe', async () => {
  const { open, root } = await setup();
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
  mkdirSync(join(root, 'folder'));
  symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
  for (const name of ['pipe', 'folder', 'broken', 'missing']) {
    await expect(open(name), name).rejects.toMatchObject({ kind: 'permanent', code: 'unreadable' });
  }
});

test.runIf(process.getuid?.() !== 0)(
  'a file that nobody may read fails as it is read',
  async () => {
    const { open, path } = await setup();
    chmodSync(path, 0o000);
    const file = await open();
    await expect(read(file.part(0, 12))).rejects.toMatchObject({ code: 'EACCES' });
  },
);

test('a checksum is of the bytes that were last sent whole', async () => {
  const file = await (await setup()).open();
  const body = hashedBody(file.part(0, 12), { algorithm: 'md5', effect: 'none' });
  expect(body.digest).toThrow('answered before it had the whole file');
  for (const _ of [1, 2]) expect(await read(body.bytes)).toBe('twelve bytes');
  expect(body.digest()).toBe('c91fa94e14cf2fa5474beceff788c0dc');
});
