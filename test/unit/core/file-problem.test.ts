import { expect, test } from 'vitest';
import { describeFileProblem } from '../../../src/core/file-problem.ts';

const withCode = (code: string) =>
  Object.assign(new Error(`${code}: words, open '/evidence/manifest.json'`), { code });

test.each([
  [withCode('ENOENT'), 'there is no such file or folder (ENOENT)'],
  [withCode('ENOSPC'), 'the disk is full (ENOSPC)'],
  [withCode('EACCES'), 'no permission (EACCES)'],
  [withCode('EMFILE'), "EMFILE: words, open '/evidence/manifest.json'"],
  [new Error('it has 2 GB, which is too much'), 'it has 2 GB, which is too much'],
  ['text', 'text'],
])('the problem of a file: %s', (error, text) => {
  expect(describeFileProblem(error)).toBe(text);
});
