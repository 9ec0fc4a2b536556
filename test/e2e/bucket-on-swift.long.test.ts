import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell } from '../support/run-cli.ts';
import { openSender } from '../support/s3-sender.ts';
import { type PlainRequest, S3Signer } from '../support/s3-signer.ts';
import { openSwift, SWIFT } from '../support/swift.ts';

const BUCKET = 'shop-media';
const MIB = 1024 ** 2;
const HEADERS = { 'content-type': 'text/plain', 'x-amz-meta-owner': '=?UTF-8?B?w4RkYQ==?=' };

/** The objects of the bucket: names that are difficult, and sizes below and above one part. */
const OBJECTS = [
  ['products/cat.jpg', 3000],
  ['products/a b+c&d.txt', 1],
  ['products/üñï/\u{1f600}.png', 70_000],
  ['products/!(quoted)*~.txt', 20],
  ['products/%41.txt', 20],
  ['products/dots/../up.txt', 40],
  ['products/dots/./here.txt', 41],
  ['products/large.bin', 12 * MIB],
  ...Array.from({ length: 25 }, (_, index) => [`products/many/${index}.txt`, 100 + index] as const),
] as const;

const JOB = (endpoint: string) => `version: 1
name: migrate
source:
  bucket: { url: s3://${BUCKET}/products/, region: us-east-1, endpoint: "${endpoint}" }
steps:
  - uses: upload
    with: { pathKey: path }
`;

function bytesOf(key: string, size: number): Buffer {
  const hash = createHash('sha256').update(key).digest();
  return Buffer.alloc(size, hash);
}

describe.skipIf(SWIFT === null)('a bucket of OpenStack Swift', () => {
  let close = () => Promise.resolve();
  let endpoint = '';
  let env: Record<string, string> = {};
  let put: (key: string, size: number) => Promise<void>;

  beforeAll(async () => {
    const swift = await openSwift();
    const sender = openSender(swift.endpoint);
    close = async () => {
      await sender.close();
      await swift.remove();
    };
    ({ endpoint } = swift);
    env = {
      AWS_ACCESS_KEY_ID: swift.accessKeyId,
      AWS_SECRET_ACCESS_KEY: swift.secretAccessKey,
    };
    const signer = new S3Signer(swift);
    const send = async (request: PlainRequest) => {
      const signed = signer.sign({ method: 'PUT', bucket: BUCKET, ...request });
      expect((await sender.send(signed)).status).toBe(200);
    };
    put = (key, size) => send({ key, body: bytesOf(key, size), headers: HEADERS });
    await send({});
    for (const [key, size] of OBJECTS) await put(key, size);
    await put('other/not-in-the-prefix.txt', 10);
  }, 120_000);

  afterAll(() => close());

  it('becomes files, and a second run makes only what is new', async () => {
    const shell = await openShell({ files: 0 });
    shell.write('migrate.yaml', JOB(endpoint));
    const run = () => shell.ucbulk(['run', 'migrate.yaml', '--yes', '--json'], { env });
    const first = await run();
    expect(first.code).toBe(0);
    expect(first.documents.at(-1)).toMatchObject({ counts: { done: OBJECTS.length } });

    const made = new Map<string, unknown>();
    for (const { uuid, operation } of shell.emulator.audit.entries()) {
      if (operation !== 'upload') continue;
      const { name, mimeType, metadata, size } = shell.project.file(uuid) ?? {};
      const { path, owner } = JSON.parse(metadata ?? '{}');
      const { sha256 } = shell.project.original(uuid) ?? {};
      made.set(path, { name, mimeType, owner, size, sha256 });
    }
    const wanted = OBJECTS.map(([key, size]) => {
      const sha256 = createHash('sha256').update(bytesOf(key, size)).digest('hex');
      const name = key.slice(key.lastIndexOf('/') + 1);
      return [key, { name, mimeType: 'text/plain', owner: 'Äda', size, sha256 }] as const;
    });
    expect(made).toEqual(new Map(wanted));

    await put('products/new.txt', 5);
    const second = await run();
    expect(second.documents.at(-1)).toMatchObject({
      counts: { done: 1, skipped: OBJECTS.length },
    });
  }, 240_000);

  it('stops the run if the secret is wrong or the bucket is missing', async () => {
    const shell = await openShell({ files: 0 });
    shell.write('migrate.yaml', JOB(endpoint));
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const refused = await shell.ucbulk(['run', 'migrate.yaml', '--yes'], { env: wrong });
    expect(refused.code).toBe(3);
    shell.write('migrate.yaml', JOB(endpoint).replace(BUCKET, 'missing-bucket'));
    const missing = await shell.ucbulk(['run', 'migrate.yaml', '--yes'], { env });
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('missing-bucket');
  }, 240_000);
});
