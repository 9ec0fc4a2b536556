import { expect, test } from 'vitest';
import { dispositionName } from '../../../src/s3/disposition-name.ts';
import { contentDisposition } from '../../../src/s3/encode-header-text.ts';

test.each([
  'a.txt',
  'Größe "1".txt',
  "it's (1)*.jpg",
  '100%.txt',
  '日本.png',
  'a;b=c.txt',
  'a\\b',
  "a; filename*=UTF-8''b.txt",
  'a; filename=b',
])('the name %j is read as it was written', (name) => {
  expect(dispositionName(contentDisposition(name))).toBe(name);
});

test.each([
  ['inline', null],
  ['', null],
  ['attachment; filename=""', null],
  ['attachment; filename=plain.txt', 'plain.txt'],
  ['attachment; FILENAME="a \\"b\\".txt"', 'a "b".txt'],
  ['attachment; filename="old.txt"; filename*=UTF-8\'\'%E0%A4%A', 'old.txt'],
  ['attachment; filename="=?UTF-8?B?w7w=?="', 'ü'],
  ['attachment; filename=my holiday.txt', 'my holiday.txt'],
  ["attachment; filename*=UTF-8''a%0D%0Ab", 'a__b'],
])('%j has the name %j', (header, name) => {
  expect(dispositionName(header)).toBe(name);
});
