import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const BUCKET = 'shop-media';
const SECRET = 'emulator-secret-access-key';
const ENV = { AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0', AWS_SECRET_ACCESS_KEY: SECRET };
const OBJECTS = 300;
const MIB = 1024 ** 2;
const NAMES = ['a b+c&d.jpg', 'é\u{1f600}.png', "quote'(1)!*.txt", '100%.txt', 'plain.bin'];

interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly size: number;
  readonly sha256: string;
}

/** Fills the bucket with objects of 1 KB to 12 MiB. Returns the files that they must become, by key. */
function fill({ emulator }: Shell): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (let number = 0; number < OBJECTS; number += 1) {
    const name = NAMES[number % NAMES.length] ?? '';
    const key = `products/${String(number).padStart(3, '0')}/${number % 50 === 7 ? 'x/../' : ''}${name}`;
    const size = number % 75 === 0 ? 12 * MIB : 1000 + number;
    const bytes = Buffer.alloc(size, createHash('sha256').update(key).digest());
    const type = number % 2 === 0 ? 'text/plain' : 'application/x-shop';
    const metadata = { owner: '=?UTF-8?B?w4RkYQ==?=' };
    emulator.buckets.put(BUCKET, key, { bytes, contentType: type, metadata });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    wanted.set(key, { name, type, owner: 'Äda', size, sha256 });
  }
  return wanted;
}

/** The files of the project, by the key that their metadata has. */
function filesOf({ emulator, project }: Shell): Map<string, Wanted> {
  const made = new Map<string, Wanted>();
  for (const { uuid, operation } of emulator.audit.entries()) {
    if (operation !== 'upload' && operation !== 'import') continue;
    const { name = '', mimeType, metadata, size = 0 } = project.file(uuid) ?? {};
    const { path, owner } = JSON.parse(metadata ?? '{}');
    const sha256 = project.original(uuid)?.sha256 ?? '';
    made.set(path, { name, type: String(mimeType), owner, size, sha256 });
  }
  return made;
}

/** The example job with the endpoint of the emulator, and with `upload` if the bytes must go through this machine. */
function job({ origin }: Shell, uses: string): string {
  return readFileSync(jobFile('migrate-from-bucket'), 'utf8')
    .replace(/# endpoint: .*/, `endpoint: "${origin}/s3"`)
    .replace('uses: import-url', `uses: ${uses}`);
}

function everyText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
}

test.each(['import-url', 'upload'])(
  'jobs/migrate-from-bucket.yaml with %s: 300 objects become equal files, once, and no secret stays',
  async (uses) => {
    const shell = await openShell({ files: 0 });
    const wanted = fill(shell);
    shell.write('job.yaml', job(shell, uses));
    const bucket = `bucket=s3://${BUCKET}/`;
    const log = ['--log-level', 'trace', '--log-file', join(shell.cwd, 'run.log')];
    const run = (more: readonly string[] = []) =>
      shell.ucbulk(['run', 'job.yaml', '--var', bucket, '--json', ...more], { env: ENV });
    const first = await run(log);
    expect(first.code, first.stderr).toBe(0);
    expect(first.documents.at(-1)).toMatchObject({ counts: { done: OBJECTS, total: OBJECTS } });
    expect(filesOf(shell)).toEqual(wanted);

    const files = shell.emulator.audit.length;
    const { list, head, get } = shell.emulator.buckets.requestCounts();
    const second = await run();
    expect(second.documents.at(-1)).toMatchObject({ counts: { skipped: OBJECTS, done: 0 } });
    expect(shell.emulator.audit.length).toBe(files);
    expect(shell.emulator.buckets.requestCounts()).toMatchObject({ list: list + 1, head, get });

    const id = String(first.documents.at(-1)?.run);
    const reports = await Promise.all(
      ['map', 'csv', 'json'].map((format) => shell.ucbulk(['report', id, '--format', format])),
    );
    const outputs = [first, second, ...reports].map(({ stdout, stderr }) => stdout + stderr);
    const all = [everyText(shell.cwd), ...outputs].join('\n');
    for (const secret of ['X-Amz-Signature', 'X-Amz-Credential', SECRET]) {
      expect(all.includes(secret), secret).toBe(false);
    }
  },
);
