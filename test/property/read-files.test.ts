import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/core/json.ts';
import type { DecodeText } from '../../src/transport/send.ts';
import { parseUndecoded } from '../../src/transport/undecoded-json.ts';
import { type BatchAnswer, parseBatchAnswer } from '../../src/uploadcare/wire/batch-answer.ts';
import type { RequestInfo } from '../../src/uploadcare/wire/check-answer.ts';
import { parsePage } from '../../src/uploadcare/wire/file-info.ts';
import { readBatch, readPage } from '../../src/uploadcare/wire/read-files.ts';

const REQUEST: RequestInfo = { method: 'GET', target: '/files/', mutates: false };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', 'éé', 'Ã©', '产品图片.webp', '😀', '\ud800', '\u0080', '"\\\n', 'uuid'),
);
const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>, text);
/** Mostly a usual value, sometimes an odd one. */
const mostly = (usual: fc.Arbitrary<JsonValue>) => fc.oneof({ weight: 30, arbitrary: usual }, odd);
const uuid = fc.oneof(
  fc.uuid(),
  fc.uuid().map((lower) => lower.toUpperCase()),
);
const time = fc.oneof(
  fc.constantFrom(
    '2022-10-25T11:11:47.120330Z',
    '2022-10-25',
    'Tue, 25 Oct 2022',
    '2022-13-01',
    '',
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const key = fc.oneof(fc.constantFrom('uuid', '__proto__', 'kind', 'ä'), text);
const texts = fc.dictionary(key, mostly(text), { maxKeys: 3, noNullPrototype: true });
const nullOr = (value: fc.Arbitrary<JsonValue>) => fc.oneof(value, fc.constant(null));

const file = fc.record(
  {
    uuid: mostly(uuid),
    original_filename: mostly(nullOr(text)),
    size: mostly(fc.integer({ min: 0 })),
    mime_type: mostly(fc.constantFrom('image/png', '', null, 'application/octet-stream')),
    is_image: mostly(nullOr(fc.boolean())),
    is_ready: mostly(fc.boolean()),
    datetime_uploaded: mostly(time),
    datetime_stored: mostly(nullOr(time)),
    datetime_removed: mostly(nullOr(time)),
    metadata: mostly(nullOr(texts)),
    tags: mostly(nullOr(fc.array(mostly(text), { maxLength: 3 }))),
    original_file_url: mostly(nullOr(text)),
    content_info: odd,
  },
  { noNullPrototype: true },
);
/** Mostly a complete file. */
const maybeIncomplete = fc
  .tuple(file, fc.option(fc.constantFrom('uuid', 'size', 'tags', 'datetime_stored'), { freq: 9 }))
  .map(([complete, missing]): JsonValue => {
    if (missing === null) return complete;
    return Object.fromEntries(Object.entries(complete).filter(([name]) => name !== missing));
  });
const files = mostly(fc.array(mostly(maybeIncomplete), { maxLength: 4 }));
const page = mostly(
  fc.record({ next: mostly(nullOr(text)), total: odd, results: files }, { noNullPrototype: true }),
);
const batch = mostly(
  fc.record(
    { result: files, problems: mostly(nullOr(texts)), status: odd },
    { noNullPrototype: true },
  ),
);

/** JSON as bytes: compact or spread, some with escapes, with a key twice, cut off or damaged. */
function bytesOf(value: fc.Arbitrary<JsonValue>): fc.Arbitrary<Buffer> {
  const damage = fc.record({
    spread: fc.boolean(),
    escape: fc.oneof({ weight: 5, arbitrary: fc.constant('none') }, fc.constantFrom('é', 'u')),
    twice: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, odd),
    cut: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat({ max: 50 })),
    byte: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }) }),
    ),
  });
  return fc.tuple(value, damage).map(([given, { spread, escape: escaped, twice, cut, byte }]) => {
    let json = JSON.stringify(given, null, spread ? 1 : 0);
    if (escaped === 'é') json = json.replace('é', '\\u00e9');
    if (escaped === 'u') json = json.replaceAll('"uuid"', '"\\u0075uid"');
    if (twice !== null) json = json.replace('"uuid":', `"uuid":${JSON.stringify(twice)},"uuid":`);
    const bytes = Buffer.from(json);
    if (byte !== null) bytes[byte.at % bytes.length] = byte.value;
    return bytes.subarray(0, bytes.length - Math.min(cut, bytes.length));
  });
}

interface Reading<Answer> {
  readonly read: (answer: JsonValue, decode: DecodeText) => Answer | null;
  readonly parse: (request: RequestInfo, response: Parameters<typeof parsePage>[1]) => Answer;
}

/** The answer that the schema finds in the decoded text; null if it refuses it. */
function checked<Answer>(bytes: Buffer, { parse }: Reading<Answer>): Answer | null {
  try {
    const body: JsonValue = JSON.parse(bytes.toString());
    return parse(REQUEST, { status: 200, headers: {}, body, requestId: undefined });
  } catch {
    return null;
  }
}

function read<Answer>(bytes: Buffer, { read: readAnswer }: Reading<Answer>): Answer | null {
  try {
    const undecoded = parseUndecoded(bytes);
    return undecoded === null ? null : readAnswer(undecoded.value, undecoded.decode);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return null;
  }
}

/** An answer without the functions that read the facts of its files later. */
function withoutReaders(answer: unknown): unknown {
  if (!isBatch(answer)) return answer;
  const files = answer.files.map(({ readFacts: _, ...file }) => file);
  return { ...answer, files };
}

function isBatch(answer: unknown): answer is BatchAnswer {
  return typeof answer === 'object' && answer !== null && 'problems' in answer;
}

test.each([
  ['page', bytesOf(page), { read: readPage, parse: parsePage }],
  ['batch', bytesOf(batch), { read: readBatch, parse: parseBatchAnswer }],
] as const)('what is read of a %s is what its schema finds', (_, bytes, reading) => {
  let [wasRead, wasRefused] = [0, 0];
  fc.assert(
    fc.property(bytes, (given) => {
      const found = read(given, reading as Reading<unknown>);
      if (found === null) wasRefused += 1;
      else {
        wasRead += 1;
        expect(withoutReaders(found)).toStrictEqual(checked(given, reading as Reading<unknown>));
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(wasRead, wasRefused)).toBeGreaterThan(100);
});

test('the facts in the answer to a batch are those that the schema of a page finds', () => {
  let wasRead = 0;
  fc.assert(
    fc.property(batch, (given) => {
      const bytes = Buffer.from(JSON.stringify(given));
      const found = read(bytes, { read: readBatch, parse: parseBatchAnswer });
      const result = JSON.parse(bytes.toString())?.result ?? [];
      for (const [index, { readFacts }] of (found?.files ?? []).entries()) {
        const facts = readFacts?.() ?? null;
        if (facts === null) continue;
        wasRead += 1;
        const asPage = Buffer.from(JSON.stringify({ next: null, results: [result[index]] }));
        const page = checked(asPage, { read: readPage, parse: parsePage });
        expect(facts).toStrictEqual(page?.files[0]);
      }
    }),
    { numRuns: 1000 },
  );
  expect(wasRead).toBeGreaterThan(10);
});

test('a page with an escaped character is left to its schema', () => {
  const bytes = Buffer.from(String.raw`{"next":"\u00e9é","total":1,"results":[]}`);
  const reading = { read: readPage, parse: parsePage };
  expect(read(bytes, reading)).toBeNull();
  expect(checked(bytes, reading)).toMatchObject({ next: 'éé' });
});
