import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

/** A run that copies the first `count` files within the project; gives its id and the files' UUIDs. */
async function copyFiles(shell: Shell, count: number) {
  const old = Array.from({ length: count }, (_, place) => shell.project.seededFile(place).uuid);
  shell.write(
    'copy.yaml',
    `version: 1\nname: copy\nsource: { inline: [${old.join(', ')}] }\nsteps: [{ uses: copy-local }]\n`,
  );
  const { documents } = await shell.ucbulk(['run', 'copy.yaml', '--json']);
  return { run: String(documents[0]?.run), old };
}

test('ucbulk report RUN: every item, as CSV, NDJSON and JSON', async () => {
  const shell = await openShell();
  const { run, old } = await copyFiles(shell, 3);
  const csv = await shell.ucbulk(['report', run]);
  expect(csv.stderr).toBe('');
  const [header, first, ...rest] = csv.stdout.split('\r\n');
  expect(header).toBe(
    '"run","item","state","step","operation","attempts","reason","message","request_id","result","earlier_steps","details","at","deleted"',
  );
  expect(first).toContain(`"${run}","${old[0]}","done","1-copy-local","copy-local",`);
  expect(rest).toHaveLength(3); // two items and the end
  const ndjson = await shell.ucbulk(['report', run, '--json']);
  expect(ndjson.documents).toMatchObject(
    old.map((item) => ({ version: 1, type: 'item', item, state: 'done' })),
  );
  const json = await shell.ucbulk(['report', run, '--format', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ type: 'items', run, rows: { length: 3 } });
});

test('ucbulk report RUN -o FILE: the whole file or none, redirects for everybody, others for the owner', async () => {
  const shell = await openShell();
  const { run } = await copyFiles(shell, 2);
  const end = await shell.ucbulk(['report', run, '-o', 'items.csv']);
  expect(end.stdout).toBe('');
  expect(end.stderr).toContain('items.csv');
  const path = join(shell.cwd, 'items.csv');
  expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(4);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(shell.cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const map = ['report', run, '--format', 'map', '--as'];
  await shell.ucbulk([...map, 'redirects', '--server', 'apache', '-o', 'moved.map']);
  // Apache reads its map as another user.
  expect(statSync(join(shell.cwd, 'moved.map')).mode & 0o777).toBe(0o644);
  const json = await shell.ucbulk(['report', run, '-o', 'items.csv', '--json']);
  expect(json.documents).toMatchObject([{ type: 'report', file: path }]);
});

test('ucbulk report RUN -o FILE: a place that is no file is refused', async () => {
  const shell = await openShell();
  const { run } = await copyFiles(shell, 1);
  symlinkSync('elsewhere.csv', join(shell.cwd, 'link.csv'));
  const link = await shell.ucbulk(['report', run, '-o', 'link.csv']);
  expect(link.stderr).toContain('exists and is not a file');
  expect(link.code).toBe(2);
  expect(existsSync(join(shell.cwd, 'elsewhere.csv'))).toBe(false);
  const missing = await shell.ucbulk(['report', run, '-o', 'no/such/folder.csv']);
  expect(missing.stderr).toMatch(/^error: Can't write .+ENOENT/);
  expect(missing.code).toBe(3);
});

test('ucbulk report RUN --format map: old to new, in every form', async () => {
  const shell = await openShell();
  const { run, old } = await copyFiles(shell, 2);
  const map = ['report', run, '--format', 'map'];
  const { documents } = await shell.ucbulk([...map, '--json']);
  expect(documents).toMatchObject(
    old.map((item) => ({ type: 'move', item, oldUrl: `https://ucarecdn.com/${item}/` })),
  );
  const { newFile } = documents[0] as { newFile?: string };
  const hosts = ['--old-host', 'cdn.example.com', '--new-host', 'new.example.com'];
  const csv = await shell.ucbulk([...map, ...hosts]);
  expect(csv.stdout).toContain(`"https://cdn.example.com/${old[0]}/"`);
  expect(csv.stdout).toContain(`"https://new.example.com/${newFile}/"`);
  const sql = await shell.ucbulk([...map, '--as', 'sql', '--table', 'posts', '--column', 'body']);
  expect(sql.stdout.split('\n')[1]).toBe(
    `UPDATE "posts" SET "body" = REPLACE("body", '${old[0]}', '${newFile}') WHERE "body" LIKE '%${old[0]}%';`,
  );
  const nginx = await shell.ucbulk([...map, '--as', 'redirects']);
  expect(nginx.stdout).toContain(`  "${old[0]}" "https://ucarecdn.com/${newFile}";\n`);
  const netlify = await shell.ucbulk([...map, '--as', 'redirects', '--server', 'netlify']);
  expect(netlify.stdout).toContain(`/${old[0]}/* https://ucarecdn.com/${newFile}/:splat 301\n`);
});

test('ucbulk report RUN: flags that do not go together, hosts that are none, a run that is not there', async () => {
  const shell = await openShell();
  const { run } = await copyFiles(shell, 1);
  for (const [words, ...flags] of [
    ['--as needs --format map', '--as', 'sql'],
    ['needs --table and --column', '--format', 'map', '--as', 'sql'],
    ['--format map takes no --state', '--format', 'map', '--state', 'failed'],
    ['--json prints NDJSON', '--json', '--format', 'csv'],
    ['Not a host name', '--old-host', 'https://cdn.example.com/'],
    ['without *', '--new-host', '*.example.com'],
    ['Not an address', '--bucket-url', 'ftp://example.com'],
  ]) {
    const end = await shell.ucbulk(['report', run, ...flags]);
    expect(end.stderr).toContain(words);
    expect(end.code).toBe(2);
  }
  expect((await shell.ucbulk(['report', '20200101-000000-zzzzzz'])).code).toBe(2);
});

test('ucbulk report RUN --state failed: what did not go well; a run that still goes on can be read', async () => {
  const shell = await openShell({ files: 3000, throttle: { perSecond: 20, burst: 5 } });
  const run = shell.start(['run', jobFile('store-everything'), '--quiet']);
  let documents: readonly { run?: string }[] = [];
  while (documents.length === 0) {
    ({ documents } = await shell.ucbulk(['runs', '--json']));
  }
  const end = await shell.ucbulk(['report', String(documents[0]?.run), '--state', 'failed']);
  expect(end.stdout.split('\r\n')).toHaveLength(2); // the header alone
  expect(end.code).toBe(0);
  run.process.kill('SIGKILL');
  await run.ended;
});

test('ucbulk report RUN | head: the reader may leave', async () => {
  const shell = await openShell({ files: 3000 });
  const run = await shell.ucbulk(['run', jobFile('store-everything'), '--json']);
  const report = shell.start(['report', String(run.documents[0]?.run)]);
  report.process.stdout?.destroy();
  const end = await report.ended;
  expect(end.stderr).toBe('');
  expect(end.code).toBe(0);
});
