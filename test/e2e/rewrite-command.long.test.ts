import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

/** A run that copied files within the project, and documents that show the old ones. */
async function setup() {
  const shell = await openShell();
  const old = [0, 1, 2].map((place) => shell.project.seededFile(place).uuid);
  shell.write(
    'copy.yaml',
    `version: 1\nname: copy\nsource: { inline: [${old.join(', ')}] }\nsteps: [{ uses: copy-local }]\n`,
  );
  const run = await shell.ucbulk(['run', 'copy.yaml', '--json']);
  const id = String(run.documents[0]?.run);
  const map = await shell.ucbulk(['report', id, '--format', 'map', '--json']);
  const copies = map.documents.map((move) => (move as { newFile?: string }).newFile ?? '');
  mkdirSync(join(shell.cwd, 'site/posts'), { recursive: true });
  const write = (uuids: readonly string[]) => ({
    'index.html': `<img src="https://ucarecdn.com/${uuids[0]}/-/resize/x600/a.jpg">\n`,
    'posts/one.md': `![one](//cdn.example.com/${uuids[1]}/)\n`,
    'data.json': `{"url":"https:\\/\\/1s4oyld5dc.ucarecd.net\\/${uuids[2]}\\/"}\n`,
    'dump.sql': `INSERT INTO a VALUES ('${uuids[0]}', 'https://ucarecdn.com/${uuids[1]}/');\n`,
    'about.txt': 'nothing of ours\n',
  });
  const before = write(old);
  for (const [name, text] of Object.entries(before)) shell.write(`site/${name}`, text);
  return {
    shell,
    id,
    old,
    copies,
    before,
    after: write(copies),
    site: () =>
      Object.fromEntries(
        Object.keys(before).map((name) => [
          name,
          readFileSync(join(shell.cwd, 'site', name), 'utf8'),
        ]),
      ),
  };
}

test('ucbulk rewrite RUN site/: first dry, then for good, then nothing is left to do', async () => {
  const { shell, id, old, copies, before, after, site } = await setup();
  const command = ['rewrite', id, 'site', '--old-host', 'cdn.example.com'];
  const dry = await shell.ucbulk([...command, '--dry-run']);
  expect(dry.stdout).toContain(
    `/site/index.html: 1\n@@ line 1 @@\n- <img src="https://ucarecdn.com/${old[0]}/-/resize/x600/a.jpg">\n+ <img src="https://ucarecdn.com/${copies[0]}/-/resize/x600/a.jpg">\n`,
  );
  expect(dry.stderr).toMatch(/^4 would be replaced in 4 of 5 files\.\n/);
  expect(dry.code).toBe(0);
  expect(site()).toEqual(before);

  const end = await shell.ucbulk([...command, '--backup', '.bak']);
  expect(end.stderr).toMatch(/^4 replaced in 4 of 5 files\.\nLeft as found: 1 UUID /);
  expect(end.code).toBe(0);
  // Without --bare-uuids the one that stands alone in the dump stays.
  const dump = after['dump.sql'].replace(copies[0] ?? '', old[0] ?? '');
  expect(site()).toEqual({ ...after, 'dump.sql': dump });
  const backup = readFileSync(join(shell.cwd, 'site/index.html.bak'), 'utf8');
  expect(backup).toBe(before['index.html']);

  const again = await shell.ucbulk([...command, '--backup', '.bak', '--json']);
  expect(again.documents.map(({ state }) => state)).toEqual(Array(5).fill('unchanged'));
  const bare = await shell.ucbulk(['rewrite', id, 'site/dump.sql', '--bare-uuids', '--json']);
  expect(bare.documents).toMatchObject([
    {
      version: 1,
      type: 'rewrite',
      state: 'rewritten',
      replaced: 1,
      kept: 0,
      bare: 0,
      message: null,
    },
  ]);
  expect(site()).toEqual(after);
  const names = readdirSync(join(shell.cwd, 'site'), { recursive: true });
  expect(names.filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
});

test('ucbulk rewrite RUN: what stays is counted, and a backup suffix of your own is to be given again', async () => {
  const { shell, id, old, copies } = await setup();
  const page = (uuid: string) =>
    `<i data-id="${old[1]}"><img src="https://ucarecdn.com/${id}/-/overlay/${uuid}/1px1p/">`;
  shell.write('page.html', page(old[0]!));
  const end = await shell.ucbulk(['rewrite', id, 'page.html', '--backup', '.mine']);
  expect(readFileSync(join(shell.cwd, 'page.html'), 'utf8')).toBe(page(copies[0]!));
  expect(end.stderr).toContain('1 replaced in 1 of 1 files.');
  expect(end.stderr).toContain('Left as found: 1 UUID of moved files, outside URLs of the CDN.');
  expect(end.stderr).toContain('Give --backup .mine again with the next rewrite');
});

test('ucbulk rewrite RUN: what can not be rewritten is told, the rest is done, exit 1', async () => {
  const { shell, id, after, site } = await setup();
  symlinkSync('index.html', join(shell.cwd, 'site/link.html'));
  const files = ['site/link.html', 'site/gone.html', 'site/index.html'];
  const end = await shell.ucbulk(['rewrite', id, ...files, '--json']);
  expect(end.documents).toMatchObject([
    { state: 'failed', message: expect.stringContaining('is a link') },
    { state: 'failed', message: expect.stringContaining('ENOENT') },
    { state: 'rewritten', replaced: 1 },
  ]);
  expect(end.stderr).toMatch(/^error: \/.+\/site\/link\.html: is a link/m);
  expect(end.code).toBe(1);
  expect(site()['index.html']).toBe(after['index.html']);
});

test('ucbulk rewrite: a run that made nothing new, no files, a backup that is a path', async () => {
  const shell = await openShell({ files: 1 });
  const { uuid } = shell.project.seededFile(0);
  shell.write(
    'store.yaml',
    `version: 1\nname: store\nsource: { inline: [${uuid}] }\nsteps: [{ uses: store }]\n`,
  );
  const run = await shell.ucbulk(['run', 'store.yaml', '--json']);
  const id = String(run.documents[0]?.run);
  shell.write('a.md', `https://ucarecdn.com/${uuid}/`);
  const end = await shell.ucbulk(['rewrite', id, 'a.md']);
  expect(end.stderr).toContain('The run made no new files: there is nothing to replace.');
  expect(end.stdout).toBe('');
  expect(end.code).toBe(0);
  expect((await shell.ucbulk(['rewrite', id])).code).toBe(2);
  const path = await shell.ucbulk(['rewrite', id, 'a.md', '--backup', '../a']);
  expect(path.stderr).toContain('such as .bak');
  expect(path.code).toBe(2);
});

test('a reference to a file whose copy the run deleted stays, and its number is printed', async () => {
  const shell = await openShell();
  const [kept, lost] = [0, 1].map((place) => shell.project.seededFile(place).uuid);
  shell.write(
    'copy.yaml',
    `version: 1
name: copy
source: { inline: [${kept}, ${lost}] }
steps:
  - { id: new, uses: copy-local }
  - { uses: delete, with: { file: "\${{ steps.new.file }}" }, if: "item.key == '${lost}'" }
`,
  );
  const run = await shell.ucbulk(['run', 'copy.yaml', '--yes', '--json']);
  const id = String(run.documents[0]?.run);
  const before = `https://ucarecdn.com/${lost}/ https://ucarecdn.com/${kept}/\n`;
  shell.write('page.txt', before);
  const end = await shell.ucbulk(['rewrite', id, 'page.txt']);
  const map = await shell.ucbulk(['report', id, '--format', 'map', '--json']);
  const [move] = map.documents as { item?: string; newFile?: string }[];

  expect(end.stderr).toContain('The run deleted the files that it had made from 1 item');
  expect(map.stderr).toContain(
    '1 item left out: the run deleted the files that it had made from them.',
  );
  expect(map.documents.length).toBe(1);
  expect(move?.item).toBe(kept);
  expect(readFileSync(join(shell.cwd, 'page.txt'), 'utf8')).toBe(
    before.replace(kept ?? '', move?.newFile ?? ''),
  );
});
