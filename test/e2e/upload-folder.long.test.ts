import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const MIB = 1024 ** 2;
const PART = 5 * MIB;
const JOB = jobFile('upload-folder');
/** 36 MiB in 8 parts, every one of them another. */
const LARGE = Buffer.alloc(7 * PART + MIB).fill('large file ');
for (let place = 0; place < LARGE.length; place += PART) LARGE.writeUInt32LE(place, place);

async function setup(files: Readonly<Record<string, string | Buffer>>) {
  const shell = await openShell({ files: 0 });
  const folder = join(shell.cwd, 'folder');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return { shell, folder, args: [JOB, '--var', `folder=${folder}`] };
}

/** The map from old to new, as `report` writes it, and what the service has of each. */
async function mapped({ ucbulk, project }: Shell, run: string) {
  const report = await ucbulk(['report', run, '--format', 'map', '--as', 'json']);
  const { rows } = JSON.parse(report.stdout) as { rows: { item: string; newFile: string }[] };
  return new Map(
    rows.map(({ item, newFile }) => {
      const file = project.file(newFile);
      const metadata: unknown = JSON.parse(file?.metadata ?? '{}');
      const content = project.original(newFile)?.bytes;
      return [item, { name: file?.name, isStored: file?.storedAt !== null, metadata, content }];
    }),
  );
}

const ODD_NAMES: Readonly<Record<string, string>> = {
  'plain.txt': 'plain.txt',
  'a folder/another/plain.txt': 'plain.txt',
  '.hidden': '.hidden',
  '..two dots': '..two dots',
  ' spaces ': ' spaces ',
  '"quoted" & \'ticked\'; x=y': '"quoted" & \'ticked\'; x=y',
  '%2e%2e%2fnot decoded': '%2e%2e%2fnot decoded',
  'émoji 😀 日本.txt': 'émoji 😀 日本.txt',
  'composed \u00e9': 'composed \u00e9',
  'composed e\u0301': 'composed e\u0301',
  '-rf': '-rf',
  [`${'long'.repeat(62)}.txt`]: `${'long'.repeat(62)}.txt`,
  'line\nbreak\r.txt': 'line%0Abreak%0D.txt',
  'bell\u0007 and tab\t': 'bell\u0007 and tab\t',
};

test('ucbulk run upload-folder.yaml: all names, bytes and paths arrive, each file once', async () => {
  const files = Object.keys(ODD_NAMES).map((name) => [name, `content of ${name}`] as const);
  const { shell, args } = await setup(Object.fromEntries(files));
  const [job = '', ...vars] = args;
  // Dot files are left out unless the job says otherwise.
  const withDotFiles = readFileSync(job, 'utf8').replace(/^( *)match: .*$/m, '$&\n$1exclude: []');
  shell.write('all.yaml', withDotFiles);
  const end = await shell.ucbulk(['run', 'all.yaml', ...vars, '--json']);
  expect([end.code, end.stderr]).toEqual([0, expect.any(String)]);
  const made = await mapped(shell, String(end.documents[0]?.run));
  expect([...made.keys()].sort()).toEqual(Object.keys(ODD_NAMES).sort());
  for (const [path, { name, isStored, metadata, content }] of made) {
    expect(name).toBe(ODD_NAMES[path]);
    expect([isStored, String(content)]).toEqual([true, `content of ${path}`]);
    const kept = path.replaceAll(/\p{Cc}/gu, encodeURIComponent);
    expect(metadata).toMatchObject({ path: kept, ucbulk_intent: expect.any(String) });
  }
  expect(shell.emulator.creations.summary().upload).toMatchObject({
    made: files.length,
    inputsMadeMoreThanOnce: 0,
  });
});

test('ucbulk resume after a kill -9 in the middle of a large file: only missing parts are sent', async () => {
  const { shell, args } = await setup({ 'a.txt': 'small', 'large.bin': LARGE });
  const { emulator } = shell;
  const part = { method: 'PUT', path: '/parts/' };
  // Four parts are answered. The fifth arrives, but its answer never does. The others never arrive.
  emulator.faults.add({ ...part, after: 4, times: 1, fault: { kind: 'hang', when: 'after' } });
  emulator.faults.add({ ...part, after: 5, fault: { kind: 'hang' } });
  const program = shell.start(['run', ...args]);
  await vi.waitUntil(() => emulator.uploadedParts().length === 5, 240_000);
  program.process.kill('SIGKILL');
  expect((await program.ended).signal).toBe('SIGKILL');
  const before = emulator.uploadedParts();
  expect(before).toHaveLength(5);
  emulator.faults.remove();
  const end = await shell.ucbulk(['resume', '--json']);
  expect(end.documents).toMatchObject([{ exitCode: 0, counts: { done: 2, total: 2 } }]);
  const parts = emulator.uploadedParts();
  expect(parts).toHaveLength(8);
  expect(new Set(parts.map(({ upload }) => upload)).size).toBe(1);
  // Four are on their way at once: what had been answered is not sent again.
  const repeated = parts.filter(({ times }) => times > 1);
  expect(repeated.length).toBeLessThanOrEqual(4);
  expect(before.length - repeated.length).toBeGreaterThan(0);
  const ofUploads = emulator.requestCounts().filter(({ route }) => route.includes('multipart'));
  expect(ofUploads.map(({ route, status, count }) => [route, status, count])).toEqual([
    ['/multipart/complete/', 200, 1],
    ['/multipart/start/', 200, 1],
  ]);
  const made = await mapped(shell, String(end.documents[0]?.run));
  expect(made.get('large.bin')?.content?.equals(LARGE)).toBe(true);
  expect(emulator.creations.summary().upload).toMatchObject({ made: 2, inputsMadeMoreThanOnce: 0 });
});

test('ucbulk run upload-folder.yaml: what is no file is passed over, and hangs nothing', async () => {
  const { shell, folder, args } = await setup({ 'a.txt': 'a', 'b/c.txt': 'c' });
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
  symlinkSync(folder, join(folder, 'b', 'loop'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
  symlinkSync('/etc/hostname', join(folder, 'outside'));
  const end = await shell.ucbulk(['run', ...args, '--json']);
  expect(end.documents).toMatchObject([{ exitCode: 0, counts: { done: 2, total: 2 } }]);
});

test('ucbulk run upload-folder.yaml: a folder that is not there is said so, by its path', async () => {
  const shell = await openShell({ files: 0 });
  const end = await shell.ucbulk(['run', JOB, '--var', `folder=${shell.cwd}/missing`]);
  expect(end.stderr).toContain(`The folder ${shell.cwd}/missing can't be read: ENOENT`);
  expect(end.code).toBe(2);
});
