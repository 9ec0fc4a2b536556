// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of a pattern.
import { expect, test } from 'vitest';
import { parseFileUuid } from '../../../src/core/file-uuid.ts';
import { objectKey, patternFault } from '../../../src/operations/object-key.ts';

const uuid = parseFileUuid('11111111-2222-4333-8444-555555555555');
const file = { uuid, filename: 'a b.tar.gz', metadata: { shop: 'x/y' } };

test.each([
  ['${uuid}/${filename}', `p/${uuid}/a b.tar.gz`],
  ['${metadata.shop}/${metadata.none}/${uuid}${ext}', `p/x_y/none/${uuid}.gz`],
])('%s names the object', (pattern, key) => {
  expect(patternFault(pattern)).toBeNull();
  expect(objectKey('p/', pattern, file)).toBe(key);
});

test.each(['', '.', '..', '../../x', 'a/../b', 'a\u0000b', '\\..\\'])(
  'the name %j stays one harmless segment',
  (filename) => {
    const key = objectKey('', '${uuid}/${filename}', { ...file, filename });
    const [first, ...rest] = key.split('/');
    expect(first).toBe(uuid);
    expect(rest).toHaveLength(1);
    expect(['', '.', '..']).not.toContain(rest[0]);
    expect(key).not.toMatch(/\p{Cc}/u);
  },
);

test.each([
  ['${filename}', 'two files could get the same key'],
  ['${default}', 'unknown placeholder ${default}'],
  ['../${uuid}', 'segment'],
  ['/${uuid}', 'begins with a slash'],
])('%s is refused', (pattern, words) => {
  expect(patternFault(pattern)).toContain(words);
});
