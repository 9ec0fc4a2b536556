// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are source texts.
import type { Mutant } from './mutants.ts';

const SIMULATION = 'test/simulation/simulation.test.ts';
const SOURCE = 'test/unit/sources/bucket-source.test.ts';
const ODD = 'test/integration/odd-buckets.test.ts';
const RESTORE = 'test/integration/restore-deleted.test.ts';
const PLACE = 'test/unit/s3/bucket-place.test.ts';
const IMPORT = 'test/integration/bucket-imports.test.ts';

/** The rules of migrations from buckets: docs/buckets.md. */
export const BUCKET_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'url-signed-early',
    protection: 'the URL of an object is signed when its request leaves, and not before it waits',
    file: 'src/operations/import-object.ts',
    from: 'sourceUrl: () => bucket.signUrl(details.key, Math.round(urlLifetime / 1000)),',
    to: 'sourceUrl: await bucket.signUrl(details.key, Math.round(urlLifetime / 1000)),',
    red: { file: SIMULATION, test: 'signed when its request leaves' },
  },
  {
    name: 'listing-without-order',
    protection: 'a listing out of order or with a repeated key stops the run',
    file: 'src/sources/bucket-source.ts',
    from: '      checkOrder(bucket, { after: cursor, objects, isTruncated });\n',
    to: '',
    red: { file: SOURCE, test: 'stops the run' },
  },
  {
    name: 'page-after-its-first-key',
    protection: 'the next page begins after the last key, so that no object is lost',
    file: 'src/sources/bucket-source.ts',
    from: 'objects.at(-1)?.key ?? null',
    to: 'candidates.at(-1)?.key ?? null',
    red: { file: SOURCE, test: 'begins after the last key' },
  },
  {
    name: 'paid-again-outside-bucket',
    protection:
      'work on a file is paid once, also if one of two jobs has its items from a bucket or list',
    file: 'src/job/work-of-job.ts',
    from: 'if (work === null || makerIndex(step, steps) !== null) return work;',
    to: 'if (work === null) return work;',
    red: { file: IMPORT, test: 'is paid once' },
  },
  {
    name: 'made-again-by-other-way',
    protection: 'an object becomes one file, whichever operation and options make it',
    file: 'src/job/work-of-job.ts',
    from: "[publicKey, 'file of object', place]",
    to: '[work, place]',
    red: { file: IMPORT, test: 'another way and other options' },
  },
  {
    name: 'changed-object-imported',
    protection: 'an object that changed after it was listed is not imported',
    file: 'src/operations/bucket-object.ts',
    from: 'facts.size !== details.size || (details.etag !== null && facts.etag !== details.etag)',
    to: 'facts.size !== details.size',
    red: { file: IMPORT, test: 'changed after it was listed' },
  },
  {
    name: 'bytes-of-two-versions',
    protection: 'all bytes of an upload come from the version that was listed',
    file: 'src/operations/bucket-files.ts',
    from: '{ from, length, etag }',
    to: '{ from, length, etag: null }',
    red: { file: IMPORT, test: 'changes while it is read' },
  },
  {
    name: 'bytes-of-any-version',
    protection: 'bytes of another version are refused, also if the server ignores If-Match',
    file: 'src/s3/object-answer.ts',
    from: 'etag !== null && version !== null && version !== etag',
    to: 'etag === null && version !== null && version !== etag',
    red: { file: ODD, test: 'from another version' },
  },
  {
    name: 'bytes-of-any-range',
    protection: 'bytes from another place of the object are refused',
    file: 'src/s3/object-answer.ts',
    from: 'if (got === length && !isOther) return null;',
    to: 'if (got === length) return null;',
    red: { file: ODD, test: 'from another place' },
  },
  {
    name: 'denied-counts-as-gone',
    protection: 'an object that exists and is denied stops the run',
    file: 'src/s3/s3-bucket.ts',
    from: '(await this.#isListed(key, signal)) !== false',
    to: '(await this.#isListed(key, signal)) === null',
    red: { file: ODD, test: 'exists and is denied' },
  },
  {
    name: 'own-copies-imported',
    protection: 'a job does not import the copies that it makes itself',
    file: 'src/job/copies-into-source.ts',
    from: '!containsPlace(bucket, place)',
    to: 'bucket !== place',
    red: { file: PLACE, test: 'are refused' },
  },
  {
    name: 'endpoint-by-its-text',
    protection: 'an endpoint that is written in another way is no other bucket',
    file: 'src/s3/bucket-place.ts',
    from: '${server.origin}${server.pathname',
    to: '${endpoint}${server.pathname',
    red: { file: PLACE, test: 'identifies the bucket' },
  },
  {
    name: 'size-not-compared',
    protection: 'an imported file of another size is no success',
    file: 'src/operations/import-object.ts',
    from: "outcome.kind !== 'done' || size === details.size",
    to: "outcome.kind !== 'done' || size >= 0",
    red: { file: IMPORT, test: 'another size' },
  },
  {
    name: 'write-without-etag',
    protection: 'a success without an ETag does not prove that the bucket has the object',
    file: 'src/s3/s3-bucket.ts',
    from: "unquoted(given.headers['etag']) === null ? notS3(this.name, given) : null,",
    to: 'null,',
    red: { file: SIMULATION, test: 'a proxy is not taken for it' },
  },
  {
    name: 'cut-original-fails',
    protection: 'an answer of the CDN that was cut is no file of another size',
    file: 'src/run/read-originals.ts',
    from: 'if (!isFromCdn(headers, got.length)) throw cutAnswer(status, url, got.length);',
    to: '',
    red: { file: SIMULATION, test: 'not taken for a file of another size' },
  },
  {
    name: 'original-of-any-size',
    protection: 'bytes that are not the whole file are not copied',
    file: 'src/run/read-originals.ts',
    from: 'if (got.length !== wanted || total !== range.size) {',
    to: 'if (got.length > wanted) {',
    red: { file: SIMULATION, test: 'not taken for a file of another size' },
  },
  {
    name: 'backup-not-compared',
    protection: 'a file whose backup somebody has changed is not deleted',
    file: 'src/operations/delete-operation.ts',
    from: '(await checkBackups?.(items, permit.signal)) ?? new Map()',
    to: 'new Map()',
    red: { file: SIMULATION, test: 'whose backup somebody has changed' },
  },
  {
    name: 'restore-of-any-version',
    protection: 'a backup with another ETag is not restored',
    file: 'src/run/deleted-with-backup.ts',
    from: "etag: typeof etag === 'string' && etag !== '' ? etag : null",
    to: 'etag: null',
    red: { file: RESTORE, test: 'that somebody harmed fails alone' },
  },
  {
    name: 'delta-without-etag',
    protection: 'a later run makes a new file from an object that has changed',
    file: 'src/operations/bucket-object.ts',
    from: "(details.etag !== null && result['etag'] === details.etag)",
    to: 'true',
    red: { file: IMPORT, test: 'only new and changed objects' },
  },
  {
    name: 'delta-of-another-bucket',
    protection: 'the same key of another bucket is another object',
    file: 'src/job/work-of-job.ts',
    from: 'const place = bucketIdentity(bucket);',
    to: "const place = '';",
    red: { file: IMPORT, test: 'another bucket' },
  },
];
