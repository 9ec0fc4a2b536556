import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileFacts } from '../../src/core/file-facts.ts';
import { compileFilter } from '../../src/filters/compile-filter.ts';
import type { Conditions, Where } from '../../src/filters/where.ts';
import { someFile } from '../support/some-file.ts';

// The reference model: a condition holds for what is unknown only if it holds whatever the unknown
// turns out to be. Every value that makes a difference to the conditions below is tried.
const POSSIBLE = {
  filename: ['', 'keep.jpg', 'other.jpg'],
  mimeType: ['image/png', 'video/mp4'],
  isImage: [true, false],
  metadata: [{}, { keep: 'yes' }, { keep: 'no' }],
  tags: [[], ['keep'], ['a'], ['a', 'keep']],
} as const;

const uncertain = <Value>(values: readonly Value[]) => fc.option(fc.constantFrom(...values));
const files: fc.Arbitrary<FileFacts> = fc
  .record({
    storedAt: fc.option(fc.constant(5)),
    filename: uncertain(POSSIBLE.filename),
    mimeType: uncertain(POSSIBLE.mimeType),
    isImage: uncertain(POSSIBLE.isImage),
    metadata: uncertain<Record<string, string>>(POSSIBLE.metadata),
    tags: uncertain<readonly string[]>(POSSIBLE.tags),
  })
  .map(someFile);

const conditions: fc.Arbitrary<Conditions> = fc
  .record(
    {
      stored: fc.boolean(),
      isImage: fc.boolean(),
      name: fc.constantFrom(['keep*'], ['*.jpg'], ['other.jpg', 'keep.jpg']),
      mime: fc.constantFrom(['image/*'], ['video/*']),
      metadata: fc.constantFrom(
        { keep: { exists: false } },
        { keep: { exists: true } },
        { keep: { globs: ['y*'] } },
      ),
      tags: fc.constantFrom({ none: ['keep'] }, { any: ['keep', 'a'] }, { all: ['a'] }),
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0);

const wheres: fc.Arbitrary<Where> = fc
  .tuple(
    fc.option(conditions, { nil: {} }),
    fc.option(fc.array(conditions, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    fc.option(conditions, { nil: undefined }),
  )
  .map(([plain, any, unless]) => ({ ...plain, any, unless }));

/** All files that the file may be, once everything about it is known. */
function possibleFiles(file: FileFacts): FileFacts[] {
  let possible = [file];
  for (const [field, values] of Object.entries(POSSIBLE)) {
    const isOpen = file[field as keyof typeof POSSIBLE] === null;
    if (!isOpen) continue;
    possible = possible.flatMap((one) => values.map((value) => ({ ...one, [field]: value })));
  }
  return possible;
}

/** Two-valued, and written apart from the filter: for files about which everything is known. */
function meets(where: Where, file: FileFacts): boolean {
  const { any, unless, ...plain } = where;
  return (
    meetsAll(plain, file) &&
    (any === undefined || any.some((set) => meetsAll(set, file))) &&
    (unless === undefined || !meetsAll(unless, file))
  );
}

function meetsAll(given: Conditions, file: FileFacts): boolean {
  const { stored, isImage, name, mime, metadata, tags } = given;
  const own = file.tags ?? [];
  const keep = file.metadata?.['keep'];
  const wanted = metadata?.['keep'];
  const answers = [
    stored === undefined || stored === (file.storedAt !== null),
    isImage === undefined || isImage === file.isImage,
    name === undefined || name.some((glob) => like(glob, file.filename ?? '')),
    mime === undefined || mime.some((glob) => like(glob, file.mimeType ?? '')),
    wanted === undefined ||
      ('exists' in wanted
        ? wanted.exists === (keep !== undefined)
        : wanted.globs.some((glob) => keep !== undefined && like(glob, keep))),
    tags?.none === undefined || !tags.none.some((tag) => own.includes(tag)),
    tags?.any === undefined || tags.any.some((tag) => own.includes(tag)),
    tags?.all === undefined || tags.all.every((tag) => own.includes(tag)),
  ];
  return answers.every((answer) => answer);
}

function like(glob: string, text: string): boolean {
  const [head = '', tail] = glob.split('*');
  return tail === undefined ? text === glob : text.startsWith(head) && text.endsWith(tail);
}

test('a file is selected only if it would be, whatever the unknown turns out to be', () => {
  fc.assert(
    fc.property(wheres, files, (where, file) => {
      const verdict = compileFilter(where, { earliest: 10, latest: 10 })(file);
      const answers = possibleFiles(file).map((one) => meets(where, one));
      if (verdict.kind === 'yes') expect(answers).not.toContain(false);
      if (verdict.kind === 'no') expect(answers).not.toContain(true);
      if (verdict.kind === 'unknown') expect(verdict.fields).not.toHaveLength(0);
    }),
    { numRuns: 2000 },
  );
});

test('a file about which everything is known is always decided', () => {
  fc.assert(
    fc.property(wheres, files, (where, file) => {
      for (const one of possibleFiles(file).slice(0, 20)) {
        const { kind } = compileFilter(where, { earliest: 10, latest: 10 })(one);
        expect(kind).toBe(meets(where, one) ? 'yes' : 'no');
      }
    }),
    { numRuns: 500 },
  );
});
