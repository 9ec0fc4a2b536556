import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPERATION_NAMES } from '../../src/job/step-schemas.ts';
import { openShell } from '../support/run-cli.ts';

const UUID = '5223010b-aaaa-4bbb-8ccc-000000000001';
const REQUIRED: Readonly<Record<string, object>> = {
  'copy-to-bucket': { url: 's3://attic/' },
  'copy-to-remote': { target: 'backup' },
  metadata: { set: { seen: 'yes' } },
  tags: { add: ['seen'] },
};
const SOURCES: Readonly<Record<string, unknown>> = {
  files: {},
  search: { tags: { any: ['archive'] } },
  groups: {},
  list: { path: 'files.txt' },
  inline: [UUID],
  run: { id: '20261121-205404-k3x9' },
  urls: { path: 'urls.txt' },
  folder: { path: '.' },
};

const jobOf = (source: object, steps: object[]) =>
  JSON.stringify({ version: 1, name: 'j', source, steps });

/** Every operation, with a source whose items it takes. */
function takenFrom(): [source: object, names: string[]][] {
  const own: [string, object][] = [
    ['import-url', { urls: { path: 'urls.txt' } }],
    ['upload', { folder: { path: '.' } }],
    ['delete-group', { groups: { take: 'groups' } }],
  ];
  const others = OPERATION_NAMES.filter((uses) => !own.some(([name]) => name === uses));
  const last: string[] = [...others.filter((uses) => uses !== 'delete'), 'delete'];
  return [
    [{ inline: [UUID] }, last],
    ...own.map(([name, source]) => [source, [name]] as [object, string[]]),
  ];
}

const TAKES: Readonly<Record<string, object>> = {
  urls: { uses: 'import-url' },
  folder: { uses: 'upload' },
};

test('ucbulk validate: says of every operation what it does', async () => {
  const shell = await openShell({ files: 0 });
  const words: string[] = [];
  for (const [source, names] of takenFrom()) {
    const steps = names.map((uses) => {
      return { uses, ...(REQUIRED[uses] !== undefined && { with: REQUIRED[uses] }) };
    });
    shell.write('all.json', jobOf(source, steps));
    const end = await shell.ucbulk(['validate', 'all.json']);
    expect([end.code, end.stderr]).toEqual([0, '']);
    words.push(...end.stdout.trimEnd().split('\n').slice(2));
  }
  expect(words).toHaveLength(OPERATION_NAMES.length + 2); // and that the jobs of files and of groups ask
  for (const what of words) expect(what).toMatch(/^ +(?:\d+\.|-) {2}[A-Z][a-z]+s .+/);
});

test('ucbulk validate: says of every source what it gives', async () => {
  const shell = await openShell({ files: 0 });
  const ends = await Promise.all(
    Object.entries(SOURCES).map(([kind, options]) => {
      shell.write(`${kind}.json`, jobOf({ [kind]: options }, [TAKES[kind] ?? { uses: 'info' }]));
      return shell.ucbulk(['validate', `${kind}.json`]);
    }),
  );
  for (const { code, stderr, stdout } of ends) {
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      / is valid\.\n {3}- {2}(Takes|Lists|Searches) .+\n {2}1\. {2}(Reads the facts about them|Imports|Uploads)/,
    );
  }
});

test('ucbulk run --dry-run: says what the job means, and counts', async () => {
  const shell = await openShell({ files: 20, storedShare: 0 });
  shell.write('j.json', jobOf({ files: { stored: false } }, [{ uses: 'store' }]));
  const text = await shell.ucbulk(['run', 'j.json', '--dry-run']);
  expect(text.stdout).toMatch(
    /^Plan of j \(nothing was changed\)\n {3}- {2}Lists all unstored files, oldest first\n {2}1\. {2}Stores them, 100 per request\nlisted +20 items/,
  );
  const json = await shell.ucbulk(['run', 'j.json', '--dry-run', '--json']);
  expect(json.documents).toMatchObject([
    { type: 'plan', selected: 20, description: expect.stringContaining('stores them') },
  ]);
  expect(shell.project.counts().unstored).toBe(20);
});

test('ucbulk run: local files are uploaded, and items names the new files', async () => {
  const shell = await openShell({ files: 0 });
  mkdirSync(join(shell.cwd, 'photos'));
  shell.write('photos/one.txt', 'one');
  shell.write('photos/two.txt', 'second');
  shell.write('j.json', jobOf({ folder: { path: 'photos' } }, [{ uses: 'upload' }]));
  const run = await shell.ucbulk(['run', 'j.json', '--json']);
  expect(run.documents).toMatchObject([{ counts: { total: 2, done: 2 } }]);
  const items = await shell.ucbulk(['items', String(run.documents[0]?.run)]);
  const found = [
    ...items.stdout.matchAll(
      /^\S*(one|two)\.txt +done {2}1-upload {2}file=(\S+) size=\d+ sha256=[0-9a-f]{64}$/gm,
    ),
  ];
  const sizes = found.map(([, name, file = '']) => [name, shell.project.file(file)?.size]);
  expect(sizes).toEqual([
    ['one', 3],
    ['two', 6],
  ]);
});

test('ucbulk run: labels of a picture and a group of files are seen in items', async () => {
  const work = { aws_rekognition_detect_labels: { medianMs: 10 } };
  const shell = await openShell({ files: 0, work });
  const { uuid } = shell.project.addFile({ name: 'cat.png', mimeType: 'image/png', isImage: true });
  const source = { inline: [uuid] };
  shell.write('labels.json', jobOf(source, [{ uses: 'addon/aws_rekognition_detect_labels' }]));
  const labels = await shell.ucbulk(['run', 'labels.json', '--yes', '--json']);
  const seen = await shell.ucbulk(['items', String(labels.documents[0]?.run)]);
  expect(seen.stdout).toMatch(/ {2}done {2}1-addon\/aws_\w+ {2}.*\bLabels=\w+/);
  shell.write('group.json', jobOf(source, [{ uses: 'create-group' }]));
  const group = await shell.ucbulk(['run', 'group.json', '--json']);
  const made = await shell.ucbulk(['items', String(group.documents[0]?.run)]);
  expect(made.stdout).toMatch(new RegExp(`^${uuid}  done  1-create-group  group=[0-9a-f-]+~1\n$`));
});

test('ucbulk run, deleting groups: says what it is about to delete', async () => {
  const shell = await openShell({ files: 3 });
  const uuids = [0, 1, 2].map((place) => shell.project.seededFile(place).uuid);
  shell.write('group.json', jobOf({ inline: uuids }, [{ uses: 'create-group' }]));
  await shell.ucbulk(['run', 'group.json']);
  shell.write('j.json', jobOf({ groups: { take: 'groups' } }, [{ uses: 'delete-group' }]));
  const asked = await shell.ucbulk(['run', 'j.json']);
  expect(asked.stderr).toContain(
    'j is about to do this in project demopublickey:\n  delete 1 group\n',
  );
  expect(asked.code).toBe(7);
  const done = await shell.ucbulk(['resume', '--yes', '--json']);
  expect(done.documents).toMatchObject([{ counts: { done: 1 }, exitCode: 0 }]);
  expect(shell.project.counts()).toMatchObject({ removed: 0 });
});
