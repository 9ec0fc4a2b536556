// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mapTexts } from '../../src/report/map-texts.ts';
import { noMoveCounts } from '../../src/report/moves.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const SAS = 'sv=2024-11-04&sp=r&sig=4vJkq9%2BnotInAnyFile%3D';
const OTHER_SAS = 'sv=2025-01-05&sp=r&sig=Zz8other%2BnotInAnyFile%3D';
const IMPORT = { uses: 'import-url', skipIfDone: true };

function listIn(bench: RunBench, rows: readonly string[], name = 'list.csv'): string {
  const path = join(bench.directory, name);
  writeFileSync(path, `id,url\n${rows.join('\n')}\n`);
  return path;
}

const jobOf = (path: string, changes: object = {}) => ({
  source: { urls: { path, key: 'id', query: '${{ env.SAS }}' } },
  steps: [IMPORT],
  ...changes,
});

const urlOf = (place: number) => `https://files.example.com/${place}.jpg`;
const rowsUpTo = (count: number) =>
  Array.from({ length: count }, (_, place) => `p-${place + 1},${urlOf(place)}`);

/** A bench whose service can download these URLs with each of the queries, and records what it is asked for. */
function benchFor(urls: readonly string[]) {
  const bench = runBench();
  const asked: string[] = [];
  for (const query of [SAS, OTHER_SAS]) {
    for (const url of urls) {
      bench.emulator.addUrl(`${url}${url.includes('?') ? '&' : '?'}${query}`, { size: 900 });
    }
  }
  bench.answer = ({ target, body }) => {
    const url = /name="source_url"\r\n\r\n(.*)\r\n/.exec(body ?? '')?.[1];
    if (target.startsWith('/from_url/?') && url !== undefined) asked.push(url);
    return null;
  };
  return { bench, asked };
}

const urlsUpTo = (count: number) => Array.from({ length: count }, (_, place) => urlOf(place));

/** The content of all files of the state directory, as text. */
function stateOf(directory: string): string {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const files = names
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
  return files.map((path) => readFileSync(path, 'latin1')).join('\n');
}

test('the query is appended when the request leaves, and is in no file, log and message', async () => {
  const { bench, asked } = benchFor(['https://files.example.com/1.jpg']);
  const logged: string[] = [];
  const secrets: string[] = [];
  const path = listIn(bench, [
    'a,https://files.example.com/1.jpg',
    'b,https://files.example.com/2.jpg?v=1#x',
  ]);
  const record = bench.answer;
  bench.answer = (request) => {
    record(request);
    if (!request.body?.includes('2.jpg')) return null;
    const body = `Can't read https://files.example.com/2.jpg?v=1&${SAS}: sig 4vJkq9+notInAnyFile= is wrong`;
    return { status: 400, headers: { 'content-type': 'text/plain' }, body };
  };
  const end = await alive(
    bench.start(jobOf(path), {
      env: { SAS: ` ?${SAS} ` },
      log: (...line) => logged.push(JSON.stringify(line)),
      onSecrets: (more) => secrets.push(...more),
    }),
  );
  expect(asked.sort()).toEqual([
    `https://files.example.com/1.jpg?${SAS}`,
    `https://files.example.com/2.jpg?v=1&${SAS}#x`,
  ]);
  const [first, second] = bench.items(end.run);
  expect(first).toMatchObject({ key: 'a', state: 'done' });
  expect(second).toMatchObject({ key: 'b', state: 'failed' });
  expect(second?.message).toContain('2.jpg?v=1&[redacted]: sig [redacted] is wrong');
  expect(secrets).toContain(SAS);
  const all = [stateOf(bench.directory), ...logged, JSON.stringify(bench.events)].join('\n');
  expect(all).not.toMatch(/notInAnyFile|4vJkq9/);
});

test('the reason that the service gives for a failed import does not contain the query', async () => {
  const { bench } = benchFor([urlOf(0)]);
  const path = listIn(bench, rowsUpTo(1));
  bench.answer = ({ target }) => {
    if (!target.startsWith('/from_url/status/')) return null;
    const error = `Can't download ${urlOf(0)}?${SAS}`;
    const body = JSON.stringify({ status: 'error', error, error_code: 'DownloadFileError' });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  };
  const end = await alive(bench.start(jobOf(path), { env: { SAS } }));
  expect(bench.items(end.run)[0]?.message).toContain(`${urlOf(0)}?[redacted]`);
  expect(stateOf(bench.directory)).not.toMatch(/notInAnyFile|4vJkq9/);
});

test('a second run with another query imports nothing, and the map has the old URLs without the query', async () => {
  const { bench, asked } = benchFor(urlsUpTo(12));
  const path = listIn(bench, rowsUpTo(12));
  const first = await alive(bench.start(jobOf(path), { env: { SAS } }));
  expect(first.counts).toMatchObject({ done: 12 });
  const second = await alive(bench.start(jobOf(path), { env: { SAS: OTHER_SAS } }));
  expect(second.reasons).toMatchObject([{ state: 'skipped', reason: 'done before', count: 12 }]);
  expect(asked).toHaveLength(12);

  const run = await readReportedRun(bench.directory, first.run, createSystemWorld());
  const settings = { oldHosts: [], newHost: null };
  const map = [...mapTexts(run, { as: 'ndjson' }, settings, noMoveCounts())].map((line) =>
    JSON.parse(line),
  );
  expect(map).toHaveLength(12);
  expect(map[0]).toMatchObject({ item: 'p-1', oldUrl: urlOf(0) });
});

test('the same key in another job is another item', async () => {
  const { bench } = benchFor([...urlsUpTo(3), 'https://other.example.com/1.jpg']);
  const path = listIn(bench, rowsUpTo(3));
  const other = listIn(bench, ['p-1,https://other.example.com/1.jpg'], 'other.csv');
  await alive(bench.start(jobOf(path, { name: 'products' }), { env: { SAS } }));
  const end = await alive(bench.start(jobOf(other, { name: 'people' }), { env: { SAS } }));
  expect(end.counts).toMatchObject({ done: 1, skipped: 0 });
});

test('a key that occurs twice in a list is one item', async () => {
  const { bench, asked } = benchFor(urlsUpTo(2));
  const path = listIn(bench, [`p-1,${urlOf(0)}`, `p-1,${urlOf(1)}`]);
  const end = await alive(bench.start(jobOf(path), { env: { SAS } }));
  expect(end.counts).toMatchObject({ done: 1, total: 1 });
  expect(asked).toEqual([`${urlOf(0)}?${SAS}`]);
});

test.each(['intent-committed', 'response-received', 'token-saved'] as const)(
  'a run that is killed at %s resumes with a new query, and imports each row once',
  async (point) => {
    const { bench } = benchFor(urlsUpTo(20));
    const path = listIn(bench, rowsUpTo(20));
    expect(await bench.start(jobOf(path), { env: { SAS }, death: { point, hit: 5 } })).toBeNull();
    const end = await alive(bench.resume({ env: { SAS: OTHER_SAS }, job: jobOf(path) }));
    expect(end.counts).toMatchObject({ done: 20, total: 20 });
    expect(bench.emulator.creations.summary().import).toEqual({
      made: 20,
      distinctInputs: 20,
      inputsMadeMoreThanOnce: 0,
    });
  },
);

test.each([
  [{}, 'SAS is not set.'],
  [{ SAS: 'a b=1234567' }, 'SAS has white space, a # or letters that are not ASCII.'],
  [{ SAS: 'a=1' }, 'SAS has fewer than 6 characters, so ucbulk could not hide it.'],
  [{ SAS: `sig=${'x'.repeat(5000)}` }, 'SAS has more than 4096 characters.'],
])('a query that is not usable stops the run before any request', async (env, message) => {
  const bench = runBench();
  const path = listIn(bench, rowsUpTo(1));
  await expect(bench.start(jobOf(path), { env })).rejects.toThrow(message);
  expect(bench.sent).toEqual([]);
});

test('a query in the job file itself is refused, and the message does not show it', () => {
  const bench = runBench();
  const source = { urls: { path: 'list.csv', query: SAS } };
  const load = () => bench.job({ source, steps: [IMPORT] });
  expect(load).toThrow('source.urls.query is not ${{ env.NAME }}: this query is a secret');
  expect(load).not.toThrow('notInAnyFile');
});
