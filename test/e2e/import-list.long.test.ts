import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobFile, openShell, type Shell } from '../support/run-cli.ts';

const JOB = jobFile('import-from-urls');
const HOST = 'https://shop.example.com/photos';
const HEADER = 'link,title,sku,collection\n';

interface SavedFile {
  readonly uuid: string;
  readonly original_filename: string;
  readonly metadata: Record<string, string>;
}

function openShop(): Promise<Shell> {
  return openShell({
    files: 0,
    urls: { [`${HOST}/*`]: { size: 50 } },
    importTiming: { unknownMs: 0, waitingMs: 0, progressMs: 1 },
  });
}

/** Runs the example job with a list of this text. */
function importList(shell: Shell, text: string | Buffer, change: readonly string[] = []) {
  writeFileSync(join(shell.cwd, 'list.csv'), text);
  return shell.ucbulk(['run', JOB, '--var', `list=${join(shell.cwd, 'list.csv')}`, ...change]);
}

/** The example job with another rule for bad rows, its list beside it. */
function skippingJob(shell: Shell): string {
  mkdirSync(join(shell.cwd, 'jobs'));
  const text = readFileSync(JOB, 'utf8').replace('onBadRow: fail', 'onBadRow: skip');
  shell.write('jobs/skip.yaml', text.replace('maxFailures: 5%', 'maxFailures: 100'));
  return 'jobs/skip.yaml';
}

function filesOf({ emulator }: Shell): SavedFile[] {
  return JSON.parse(JSON.stringify(emulator.save())).projects[0].files;
}

const requests = ({ emulator }: Shell) => emulator.requestCounts().length;

test('ucbulk run jobs/import-from-urls.yaml: names and metadata are those of the columns', async () => {
  const shell = await openShop();
  const list = `\ufefflink;title;sku;collection\r\n${HOST}/1.jpg;"Red; ""chair"".jpg";CH-1;chairs\r\n${HOST}/2.jpg;;;\r\n`;
  const end = await importList(shell, list, ['--json']);
  expect([end.code, end.documents]).toMatchObject([0, [{ counts: { done: 2, total: 2 } }]]);
  const files = filesOf(shell).map(({ original_filename: name, metadata }) => {
    const { ucbulk_intent: mark, ...rest } = metadata;
    return { name, isMarked: mark !== undefined, ...rest };
  });
  expect(files.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: '2.jpg', isMarked: true, imported: 'from-list' },
    {
      name: 'Red; "chair".jpg',
      isMarked: true,
      imported: 'from-list',
      sku: 'CH-1',
      collection: 'chairs',
    },
  ]);
  const map = await shell.ucbulk(['report', String(end.documents[0]?.run), '--format', 'map']);
  const made = filesOf(shell).find(({ metadata }) => metadata['sku'] === 'CH-1')?.uuid;
  expect(map.stdout.replaceAll('"', '')).toMatch(
    new RegExp(`^${HOST}/1.jpg,${HOST}/1.jpg,done,${made},`, 'm'),
  );
});

test.each([
  [
    'another column',
    'link,title,article,collection\n',
    /list\.csv:1 has no column sku; it has link, title, article, collection\. Nothing was sent\./,
  ],
  [
    'no column of URLs',
    'href,title,sku,collection\n',
    /list\.csv:1 has no column link; it has href, title/,
  ],
])(
  'a list with %s: exit 2 before any request, with the columns there are',
  async (_, header, words) => {
    const shell = await openShop();
    const run = await importList(shell, `${header}${HOST}/1.jpg,a,b,c\n`);
    expect(run.stderr).toMatch(words);
    const plan = await importList(shell, `${header}${HOST}/1.jpg,a,b,c\n`, ['--dry-run']);
    expect([run.code, plan.code, requests(shell)]).toEqual([2, 2, 0]);
  },
);

test('a list that is not there: exit 2 before any request', async () => {
  const shell = await openShop();
  const end = await shell.ucbulk(['run', JOB, '--var', 'list=/nowhere/at-all.csv']);
  expect(end.stderr).toContain('/nowhere/at-all.csv');
  expect([end.code, requests(shell)]).toEqual([2, 0]);
});

const BAD = [
  `${HOST}/1.jpg,a,S-1,c`,
  'ftp://shop.example.com/2.jpg,a,S-2,c',
  `${HOST}/3.jpg,a,${'x'.repeat(513)},c`,
  `${HOST}/4.jpg,"two`,
  'lines",S-4,c',
  `${HOST}/5.jpg,a,S-5,"on two`,
  'lines"',
  `${HOST}/6.jpg,a,S-6,c,too,many`,
  `${HOST}/7.jpg,a,S-7,c`,
].join('\n');

test('bad rows stop the whole list, each told with its line', async () => {
  const shell = await openShop();
  const end = await importList(shell, `${HEADER}${BAD}\n`);
  expect(end.stderr).toMatch(/list\.csv:3: not a URL of http or https/);
  expect(end.stderr).toMatch(
    /list\.csv:4: column "sku" has 513 characters; metadata sku takes at most 512/,
  );
  expect(end.stderr).toMatch(/list\.csv:5: column "title" is not a file name/);
  expect(end.stderr).toMatch(/list\.csv:9: has 6 cells under 4 columns/);
  expect(end.code).toBe(2);
  expect(filesOf(shell)).toEqual([]);
});

test('with onBadRow: skip they are told and left out, and the others are imported', async () => {
  const shell = await openShop();
  const job = skippingJob(shell);
  const bytes = Buffer.concat([
    Buffer.from(`${HEADER}${BAD}\n`),
    Buffer.from([0x68, 0xe9, 0x0a]), // a line of Latin-1
    Buffer.from(`${HOST}/8.jpg,a,S-8,c\n`),
  ]);
  writeFileSync(join(shell.cwd, 'list.csv'), bytes);
  const list = `list=${join(shell.cwd, 'list.csv')}`;
  const end = await shell.ucbulk(['run', job, '--var', list, '--json']);
  expect(end.stderr).toMatch(/list\.csv:11: is not UTF-8/);
  expect([end.code, end.documents]).toMatchObject([0, [{ counts: { done: 4, total: 4 } }]]);
  const skus = filesOf(shell).map(({ metadata }) => metadata['sku']);
  expect(skus.sort()).toEqual(['S-1', 'S-5', 'S-7', 'S-8']);
});

test('addresses of this machine and of private networks are refused one by one, the rest is imported', async () => {
  const shell = await openShop();
  const hosts = ['127.0.0.1', 'localhost', '10.0.0.8', '169.254.169.254', '[::1]', '[fe80::1]'];
  const rows = hosts.map((host) => `http://${host}/secret.jpg,a,b,c`);
  shell.write('list.csv', `${HEADER}${[...rows, `${HOST}/1.jpg,a,S-1,c`].join('\n')}\n`);
  const job = skippingJob(shell);
  const list = `list=${join(shell.cwd, 'list.csv')}`;
  const end = await shell.ucbulk(['run', job, '--var', list, '--json']);
  expect([end.code, end.documents]).toMatchObject([
    1,
    [{ counts: { done: 1, failed: hosts.length } }],
  ]);
  const items = await shell.ucbulk(['items', '--state', 'failed', String(end.documents[0]?.run)]);
  expect(items.stdout.match(/Only public IPs are allowed/g)).toHaveLength(hosts.length);
  expect(filesOf(shell)).toHaveLength(1);
});
