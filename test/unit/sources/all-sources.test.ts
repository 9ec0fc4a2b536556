import { expect, test } from 'vitest';
import { SOURCES } from '../../../src/sources/all-sources.ts';
import type { SourceDescriptor } from '../../../src/sources/descriptor.ts';
import { SOURCE_KINDS } from '../../../src/sources/source-kinds.ts';

const REQUIRED: Readonly<Record<string, unknown>> = {
  search: { isImage: true },
  list: { path: 'files.csv' },
  inline: ['5223010b-aaaa-4bbb-8ccc-000000000001'],
  run: { id: 'a-1' },
  made: { run: 'a-1' },
  deleted: { run: 'a-1', url: 's3://attic/' },
  urls: { path: 'urls.txt' },
  folder: { path: 'photos' },
  bucket: { url: 's3://shop-media/' },
};

// The source of own code needs loaded code: test/integration/own-source.test.ts.
const DESCRIPTORS = SOURCES.map((one): SourceDescriptor => one).filter(
  ({ kind }) => kind !== 'code',
);

/** The descriptor's answers for the options of a small job. */
function create(descriptor: SourceDescriptor, given: unknown) {
  const options = descriptor.options.parse(given);
  const place = { client: {}, files: {}, runs: {}, inputPath: null, needs: {}, since: null };
  const tellsFiles = descriptor.tellsFacts === 'files' && descriptor.gives(options) === 'file';
  const tellsFacts = descriptor.tellsFacts === 'always' || tellsFiles;
  return { source: descriptor.create(options, place as never), tellsFacts };
}

test('each source has its name in the list of names, once and in the same order', () => {
  expect(SOURCE_KINDS).toEqual(SOURCES.map(({ kind }) => kind));
  expect(new Set(SOURCE_KINDS).size).toBe(SOURCE_KINDS.length);
});

test.each([
  ...DESCRIPTORS.map((one) => ({ one, kind: one.kind, given: REQUIRED[one.kind] ?? {} })),
  ...DESCRIPTORS.filter(({ kind }) => kind === 'groups').map((one) => {
    return { one, kind: one.kind, given: { take: 'groups' } };
  }),
])('$kind $given: fields can be read file by file exactly if it tells facts', ({ one, given }) => {
  const { source, tellsFacts } = create(one, given);
  expect(source.kind).toBe(one.kind);
  expect(source.readFields !== undefined).toBe(tellsFacts);
});
