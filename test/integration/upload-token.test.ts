import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, answerWith, runBench } from '../support/run-bench.ts';

const LARGE = 10 * 1024 ** 2 + 1;

function connection(uploadAuth: 'signature' | 'token', secretKey = 'demosecretkey') {
  return {
    publicKey: 'demopublickey',
    secretKey,
    restOrigin: 'https://service.test',
    auth: 'signed',
    uploadAuth,
  } as const;
}

/** A project that demands signed uploads, and a folder with a small and a large file. */
function setup() {
  const bench = runBench({ signedUploads: true });
  const folder = join(bench.directory, 'folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(LARGE, 7));
  writeFileSync(join(folder, 'small.txt'), 'small');
  const steps = [{ uses: 'upload', with: { partsFrom: '10MiB' } }];
  return { bench, job: { source: { folder: { path: folder } }, steps } };
}

function refusal(code: string) {
  return { error: { content: 'Refused.', status_code: 401, error_code: code } };
}

test.each(['signature', 'token'] as const)('files go up whole and in parts by %s', async (auth) => {
  const { bench, job } = setup();
  const end = await alive(bench.start(job, { connection: connection(auth) }));
  expect(end.counts).toMatchObject({ done: 2, total: 2 });
});

test('an expired token is replaced, and the request is sent once more', async () => {
  const { bench, job } = setup();
  let isDue = true;
  bench.answer = ({ target }) => {
    if (!isDue || !target.startsWith('/base/')) return null;
    isDue = false;
    return answerWith(bench, 401, refusal('AccessTokenExpiredError'));
  };
  const end = await alive(bench.start(job, { connection: connection('token') }));
  expect(end.counts.done).toBe(2);
  expect(bench.sent.filter(({ target }) => target.startsWith('/base/'))).toHaveLength(2);
});

test('a token that is refused stops the run, says what to do, and uses up no item', async () => {
  const { bench, job } = setup();
  bench.answer = ({ target }) =>
    target.startsWith('/base/') || target.startsWith('/multipart/start/')
      ? answerWith(bench, 401, refusal('AccessTokenInvalidError'))
      : null;
  const end = await alive(bench.start(job, { connection: connection('token') }));
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'credentials' } });
  expect(end.stop?.kind === 'fatal' && end.stop.failure.message).toContain(
    '--upload-auth signature',
  );
  expect(end.counts.failed).toBe(0);
});

test('no token is in what a run leaves on the disk', async () => {
  const { bench, job } = setup();
  const log: string[] = [];
  await alive(
    bench.start(job, {
      connection: connection('token'),
      log: (line) => log.push(JSON.stringify(line)),
    }),
  );
  const files = readdirSync(bench.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect([...files, ...log].some((text) => text.includes('eyJhbGci'))).toBe(false);
});
