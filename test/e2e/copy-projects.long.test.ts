import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const JOB = jobFile('copy-between-projects');
const TARGET = {
  TARGET_PUBLIC_KEY: 'demopublickey1',
  TARGET_SECRET_KEY: 'demosecretkey1',
};
const IMPORTS_AT_ONCE = { unknownMs: 0, waitingMs: 0, progressMs: 1 };
const STORED_AT = '2026-01-02T00:00:00.000000Z';

interface SavedFile {
  readonly uuid: string;
  readonly original_filename: string;
  readonly size: number;
  readonly datetime_stored: string | null;
  readonly metadata: Record<string, string>;
  readonly tags?: string[];
}

/** Two projects on one emulator: some files of one's own in the first, nothing in the second. */
async function openProjects(count: number, options: object = {}): Promise<Shell> {
  const shell = await openShell({
    projects: [{ files: 0 }, { files: 0 }],
    cdnOrigin: 'self',
    importTiming: IMPORTS_AT_ONCE,
    ...options,
  });
  for (let place = 0; place < count; place += 1) {
    shell.project.addFile({
      name: `photo ${place}.txt`,
      urlName: `photo${place}.txt`,
      size: 20 + place,
      uploadedAt: `2026-01-01T00:00:${String(place % 60).padStart(2, '0')}.${String(place).padStart(6, '0')}Z`,
      storedAt: STORED_AT,
      metadata: { sku: `S-${place}`, ucbulk_intent: 'of an earlier run' },
      tags: ['kept', `n${place % 3}`],
    });
  }
  return shell;
}

const savedFiles = ({ emulator }: Shell, place: number) =>
  JSON.parse(JSON.stringify(emulator.save())).projects[place].files as SavedFile[];

const importsOf = ({ emulator }: Shell) => emulator.audit.summary().import;

test('ucbulk run jobs/copy-between-projects.yaml: every file once, with name, metadata and tags', async () => {
  const shell = await openProjects(12);
  const before = savedFiles(shell, 0);
  const end = await shell.ucbulk(['run', JOB, '--json'], { env: TARGET });
  expect([end.code, end.documents]).toMatchObject([0, [{ counts: { done: 12, total: 12 } }]]);

  expect(savedFiles(shell, 0)).toEqual(before);
  const copies = savedFiles(shell, 1);
  expect(copies).toHaveLength(12);
  const marks = copies.map(({ metadata }) => metadata['ucbulk_intent']);
  expect(new Set(marks).size).toBe(12);
  expect(marks).not.toContain('of an earlier run');
  const told = ({ original_filename, metadata, tags }: SavedFile) => ({
    name: original_filename,
    sku: metadata['sku'],
    keys: Object.keys(metadata).sort(),
    tags,
  });
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(copies.map(told).sort(byName)).toEqual(before.map(told).sort(byName));
  expect(copies.every(({ datetime_stored: storedAt }) => storedAt !== null)).toBe(true);

  const run = String(end.documents[0]?.run);
  const report = await shell.ucbulk(['report', run, '--format', 'map']);
  const rows = report.stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(','));
  const skuOf = new Map(
    [...before, ...copies].map(({ uuid, metadata }) => [uuid, metadata['sku']]),
  );
  expect(rows).toHaveLength(12);
  for (const [old = '', , , made = ''] of rows) {
    expect(skuOf.get(made)).toMatch(/^S-/);
    expect(skuOf.get(made)).toBe(skuOf.get(old));
  }
  expect(end.stdout + end.stderr + report.stdout).not.toContain('demosecretkey');
});

test('killed with kill -9 in the middle and resumed: nothing is imported twice', async () => {
  const shell = await openProjects(60);
  const program = shell.start(['run', JOB, '--rate', '60'], { env: TARGET });
  while ((importsOf(shell)?.changed ?? 0) < 15)
    await new Promise((resolve) => setImmediate(resolve));
  program.process.kill('SIGKILL');
  expect((await program.ended).signal).toBe('SIGKILL');
  const reached = importsOf(shell)?.changed ?? 0;
  expect(reached).toBeLessThan(60);

  shell.emulator.clock.advance(15 * 60_000); // an import that nobody followed may have ended late
  const end = await shell.ucbulk(['resume', '--json'], { env: TARGET });
  expect([end.code, end.documents]).toMatchObject([0, [{ counts: { done: 60, total: 60 } }]]);
  const copies = savedFiles(shell, 1);
  expect(new Set(copies.map(({ metadata }) => metadata['sku'])).size).toBe(60);
  expect(copies).toHaveLength(60);
});

test('a file with fifty metadata keys is refused alone, and says why', async () => {
  const shell = await openProjects(2);
  const keys = Array.from({ length: 50 }, (_, place) => [`k${place}`, 'v']);
  shell.project.addFile({ storedAt: STORED_AT, metadata: Object.fromEntries(keys) });
  shell.write('all.yaml', readFileSync(JOB, 'utf8').replace('maxFailures: 1%', 'maxFailures: 5'));
  const end = await shell.ucbulk(['run', 'all.yaml', '--json'], { env: TARGET });
  expect([end.code, end.documents]).toMatchObject([1, [{ counts: { done: 2, failed: 1 } }]]);
  const items = await shell.ucbulk(['items', '--state', 'failed', String(end.documents[0]?.run)]);
  expect(items.stdout).toContain('too_many_metadata_keys');
  expect(savedFiles(shell, 1)).toHaveLength(2);
});

const requests = ({ emulator }: Shell) => emulator.requestCounts().length;

test('keys that are missing or of the same project: exit 3 before any request', async () => {
  const shell = await openProjects(1);
  const { TARGET_SECRET_KEY: _, ...half } = TARGET;
  const missing = await shell.ucbulk(['run', JOB], { env: half });
  expect(missing.stderr).toMatch(
    /TARGET_SECRET_KEY is not set\. Nothing was sent\. Set TARGET_PUBLIC_KEY and TARGET_SECRET_KEY/,
  );
  const env = { ...TARGET, TARGET_PUBLIC_KEY: 'demopublickey' };
  const same = await shell.ucbulk(['run', JOB], { env });
  expect(same.stderr).toContain('Two projects of the job are the same project');
  expect([missing.code, same.code, requests(shell)]).toEqual([3, 3, 0]);
});

test('a resume needs the keys that the run began with, in every project', async () => {
  const shell = await openProjects(30);
  const first = await shell.ucbulk(['run', JOB, '--json', '--rate', '200'], {
    env: { ...TARGET, TARGET_SECRET_KEY: 'wrongsecretkey' },
  });
  expect(first.code).toBe(3);
  expect(first.stderr).toContain('Project target of the job:');
  shell.write('short.yaml', `${readFileSync(JOB, 'utf8')}\nlimits: { requests: 8 }\n`);
  const stopped = await shell.ucbulk(['run', 'short.yaml'], { env: TARGET });
  expect(stopped.code).toBe(8);
  const sent = shell.emulator.requestCounts();
  const none = await shell.ucbulk(['resume']);
  const other = await shell.ucbulk(['resume'], {
    env: { ...TARGET, TARGET_PUBLIC_KEY: 'anotherpublickey' },
  });
  expect([none.code, other.code]).toEqual([3, 3]);
  expect(none.stderr).toContain('TARGET_PUBLIC_KEY is not set');
  expect(other.stderr).toContain(
    'The run works on project demopublickey1 as target, but TARGET_PUBLIC_KEY is that of another one.',
  );
  expect(shell.emulator.requestCounts()).toEqual(sent);
  for (const file of readdirSync(join(shell.state, 'runs'))) {
    expect(readFileSync(join(shell.state, 'runs', file), 'latin1')).not.toContain('demosecretkey1');
  }
});

test('a dry run says which projects it is about', async () => {
  const shell = await openProjects(3);
  const end = await shell.ucbulk(['run', JOB, '--dry-run'], { env: TARGET });
  expect(end.stdout).toMatch(
    /oldest first \(default project\)\n {2}1\. {2}Imports them, stored \(project target\)$/m,
  );
  expect(end.stdout).toMatch(
    /^project +demopublickey \(default\)\nproject +demopublickey1 \(target\)$/m,
  );
  expect(end.code).toBe(0);
});
