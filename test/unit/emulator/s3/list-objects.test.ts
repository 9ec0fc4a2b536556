import { describe, expect, it } from 'vitest';
import { BUCKET, elements, failure, s3Setup } from './s3-caller.ts';

const keysOf = (xml: string | Buffer) => elements(xml, 'Key');

/** Reads all pages of a listing with `start-after`, or with tokens. */
function readAll(
  list: ReturnType<typeof s3Setup>['list'],
  { maxKeys, byToken = false }: { maxKeys: number; byToken?: boolean },
): string[] {
  const keys: string[] = [];
  let next: Record<string, string> = {};
  for (;;) {
    const { body } = list({ 'max-keys': String(maxKeys), ...next });
    keys.push(...keysOf(body));
    if (elements(body, 'IsTruncated')[0] !== 'true') return keys;
    const token = elements(body, 'NextContinuationToken')[0] ?? '';
    next = byToken ? { 'continuation-token': token } : { 'start-after': keys.at(-1) ?? '' };
  }
}

describe('listing of a bucket', () => {
  it('has the keys in the order of their UTF-8 bytes, not of UTF-16 code units', () => {
    const { emulator, list } = s3Setup();
    const keys = ['a/b', 'a', 'b', 'é', '\u{1f600}', '\uffee', 'Z', 'a b', '\u{10000}'];
    for (const key of keys) emulator.buckets.put(BUCKET, key);
    const inBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(keysOf(list().body)).toEqual(inBytes);
    expect(inBytes).not.toEqual([...keys].sort());
  });

  it('reads every object once by start-after and by token', () => {
    const { emulator, list } = s3Setup({
      buckets: { [BUCKET]: { objects: { count: 250, prefix: 'seeded/' } } },
    });
    for (let index = 0; index < 120; index += 1) emulator.buckets.put(BUCKET, `own/${index * 7}`);
    emulator.buckets.put(BUCKET, 'seeded/000000/000000100.zzz');
    emulator.buckets.remove(BUCKET, [...emulator.buckets.list(BUCKET)].at(-1)?.key ?? '');
    const all = [...emulator.buckets.list(BUCKET)].map(({ key }) => key);
    expect(all).toHaveLength(370);
    expect(readAll(list, { maxKeys: 33 })).toEqual(all);
    expect(readAll(list, { maxKeys: 1, byToken: true })).toEqual(all);
  });

  it('keeps to the prefix', () => {
    const { emulator, list } = s3Setup();
    for (const key of ['a', 'b/', 'b/1', 'b/2', 'b0', 'c']) emulator.buckets.put(BUCKET, key);
    expect(keysOf(list({ prefix: 'b/' }).body)).toEqual(['b/', 'b/1', 'b/2']);
    expect(keysOf(list({ prefix: 'b/', 'start-after': 'b/1' }).body)).toEqual(['b/2']);
    expect(keysOf(list({ prefix: 'b/', 'start-after': 'a' }).body)).toHaveLength(3);
    expect(keysOf(list({ prefix: 'b/', 'start-after': 'c' }).body)).toEqual([]);
  });

  it('shows size, ETag, time and storage class', () => {
    const { emulator, list } = s3Setup();
    emulator.buckets.put(BUCKET, 'a', { bytes: 'hello', storageClass: 'STANDARD_IA', modified: 0 });
    const { body } = list();
    expect(elements(body, 'Size')).toEqual(['5']);
    expect(elements(body, 'ETag')).toEqual(['&quot;5d41402abc4b2a76b9719d911017c592&quot;']);
    expect(elements(body, 'LastModified')).toEqual(['1970-01-01T00:00:00.000Z']);
    expect(elements(body, 'StorageClass')).toEqual(['STANDARD_IA']);
  });

  it('encodes keys as a URL if the client asks for it', () => {
    const { emulator, list } = s3Setup();
    emulator.buckets.put(BUCKET, 'a b/ä&<\u0001');
    expect(keysOf(list({ 'encoding-type': 'url' }).body)).toEqual(['a+b/%C3%A4%26%3C%01']);
    expect(keysOf(list().body)).toEqual(['a b/ä&amp;&lt;&#x1;']);
  });

  it('refuses wrong parameters, and those that it does not support', () => {
    const { list, send } = s3Setup();
    expect(failure(list({ 'max-keys': 'x' }))).toEqual([400, 'InvalidArgument']);
    expect(failure(list({ 'encoding-type': 'x' }))).toEqual([400, 'InvalidArgument']);
    expect(failure(list({ 'continuation-token': 'x' }))).toEqual([400, 'InvalidArgument']);
    expect(failure(list({ delimiter: '/' }))).toEqual([501, 'NotImplemented']);
    expect(failure(send({}))).toEqual([501, 'NotImplemented']);
  });

  it('has the mistakes that faults ask for', () => {
    const { emulator, list } = s3Setup({ buckets: { [BUCKET]: { objects: { count: 50 } } } });
    const correct = keysOf(list().body);
    const after = correct[9] ?? '';
    const distorted = (what: 'empty-page' | 'repeated-page' | 'shuffled' | 'duplicated') => {
      const rule = { query: 'list-type=2', times: 1, fault: { kind: 'distort', what } } as const;
      emulator.faults.add(rule);
      const { body } = list({ 'max-keys': '10', 'start-after': after });
      return { keys: keysOf(body), isTruncated: elements(body, 'IsTruncated')[0] };
    };
    expect(distorted('empty-page')).toEqual({ keys: [], isTruncated: 'true' });
    expect(distorted('repeated-page')).toEqual({ keys: correct.slice(0, 10), isTruncated: 'true' });
    const { keys } = distorted('shuffled');
    expect(keys).not.toEqual(correct.slice(10, 20));
    expect([...keys].sort()).toEqual(correct.slice(10, 20));
    expect(distorted('duplicated').keys).toHaveLength(11);
  });
});
