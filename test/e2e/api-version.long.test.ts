import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const BY_SIZE = { files: { ordering: '-size', pageSize: 2 } };
const CONTENT = [{ uses: 'info', with: { content: true } }];

function write(shell: Shell, job: object): void {
  shell.write('job.json', JSON.stringify({ version: 1, name: 'sizes', ...job }, null, 2));
}

/** The sizes of the items in the order of the run, and their results. */
async function itemsOf(shell: Shell, run: string) {
  const { documents } = await shell.ucbulk(['items', run, '--json']);
  return documents.filter(({ type }) => type === 'item') as unknown as {
    result: { size: number; image: object | null };
  }[];
}

test('apiVersion "0.6": files come by size, with what image_info has', async () => {
  const shell = await openShell({ files: 0 });
  for (const size of [20, 30, 10]) {
    const contentInfo = { image: { width: size, height: 1 } };
    shell.project.addFile({ size, mimeType: 'image/png', isImage: true, contentInfo });
  }
  write(shell, { apiVersion: '0.6', source: BY_SIZE, steps: CONTENT });

  const end = await shell.ucbulk(['run', 'job.json', '--json']);

  expect(end.code).toBe(0);
  const items = await itemsOf(shell, String(end.documents.at(-1)?.run));
  expect(items.map(({ result }) => result.size)).toEqual([30, 20, 10]);
  expect(items[0]?.result.image).toMatchObject({ width: 30 });
});

test('--api-version 0.6 does the same for a job that names no version', async () => {
  const shell = await openShell({ files: 3 });
  write(shell, { source: BY_SIZE, steps: CONTENT });

  const refused = await shell.ucbulk(['run', 'job.json']);
  const end = await shell.ucbulk(['run', 'job.json', '--api-version', '0.6']);

  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('needs version 0.6 of the REST API');
  expect(end.code).toBe(0);
});

test('validate refuses what 0.6 cannot do, with line and column, exit 2', async () => {
  const shell = await openShell({ files: 0 });
  write(shell, { source: { files: {} }, steps: [{ uses: 'tags', with: { add: ['a'] } }] });

  expect((await shell.ucbulk(['validate', 'job.json'])).code).toBe(0);
  const end = await shell.ucbulk(['validate', 'job.json', '--api-version', '0.6']);

  expect(end.code).toBe(2);
  expect(end.stderr).toMatch(
    /job\.json:\d+:\d+: steps\[0\]\.uses needs version 0\.7 of the REST API: version 0\.6 has no tags/,
  );
});

test('validate reads UCBULK_API_VERSION, as run does', async () => {
  const shell = await openShell({ files: 0 });
  write(shell, { source: { files: {} }, steps: [{ uses: 'tags', with: { add: ['a'] } }] });

  const end = await shell.ucbulk(['validate', 'job.json'], { env: { UCBULK_API_VERSION: '0.6' } });

  expect(end.code).toBe(2);
  expect(end.stderr).toContain('needs version 0.7 of the REST API');
});

test('resume keeps the version of the run, and refuses another one', async () => {
  const shell = await openShell({ files: 5 });
  const job = { apiVersion: '0.6', source: BY_SIZE, steps: [{ uses: 'store' }] };
  write(shell, { ...job, limits: { requests: 2 } });
  const stopped = await shell.ucbulk(['run', 'job.json', '--json']);
  const run = String(stopped.documents.at(-1)?.run);
  write(shell, job);

  const refused = await shell.ucbulk(['resume', run, '--api-version', '0.7']);
  const end = await shell.ucbulk(['resume', run, '--job', 'job.json']);

  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining(`Run ${run} started with version 0.6 of the REST API`),
  ]);
  expect(end.code).toBe(0);
  expect(shell.project.counts()).toMatchObject({ stored: 5, unstored: 0 });
});
