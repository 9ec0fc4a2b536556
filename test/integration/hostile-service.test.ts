import { describe, expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { WireResponse } from '../../src/core/world.ts';
import {
  alive,
  answerWith,
  type RunBench,
  runBench,
  type SentRequest,
} from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false, pageSize: 50 } }, steps: [{ uses: 'delete' }] };

const isListing = ({ method, target }: SentRequest) =>
  method === 'GET' && target.startsWith('/files/?');

/** A bench whose first listing page is answered by the service's own page, changed. */
function benchWithPage(change: (page: { next: string; results: object[] }) => unknown): RunBench {
  const bench = runBench({ files: 200, storedShare: 0 });
  bench.answer = (request) => {
    if (!isListing(request)) return null;
    const headers = {
      host: 'service.test',
      accept: 'application/vnd.uploadcare-v0.7+json',
      authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
    };
    const answer = bench.emulator.handle({ ...request, method: 'GET', headers, body: '' });
    const changed = change(JSON.parse(String(answer.body)) as { next: string; results: object[] });
    return typeof changed === 'string'
      ? rawAnswer(bench, changed)
      : answerWith(bench, 200, changed);
  };
  return bench;
}

function rawAnswer(bench: RunBench, body: string): WireResponse {
  return { ...answerWith(bench, 200, null), body };
}

describe('a `next` that leads elsewhere is not followed, and nothing is deleted', () => {
  test.each([
    ['another origin', 'https://evil.test/files/?limit=50&from=1'],
    ['another port', 'https://service.test:8443/files/?limit=50&from=1'],
    ['plain http', 'http://service.test/files/?limit=50&from=1'],
    ['another scheme', 'file:///files/?limit=50'],
    ['no scheme', '//evil.test/files/?limit=50'],
    ['a backslash', 'https://service.test\\@evil.test/files/?limit=50'],
    ['a user', 'https://service.test@evil.test/files/?limit=50'],
    ['another path', 'https://service.test/webhooks/?limit=50'],
    ['dots in the path', 'https://service.test/files/../project/?limit=50'],
    ['a line break', 'https://service.test/files/?limit=50\r\nX-Evil: 1'],
    ['a parameter of no listing', 'https://service.test/files/?limit=50&callback=1'],
  ])('%s', async (_, next) => {
    const bench = benchWithPage((page) => ({ ...page, next }));

    const end = await alive(bench.start(DELETE));

    expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'bad_next' } });
    expect(bench.sent.filter(isListing)).toHaveLength(1);
    expect(bench.mutations).toEqual([]);
    expect(end.state).toBe('aborted');
  });
});

describe('an answer that is not to be trusted stops the listing; the run can be resumed', () => {
  const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  test.each([
    ['a million brackets', () => nest(1_000_000)],
    ['a deep nest among the results', () => `{"next":null,"results":[${nest(200_000)}]}`],
    ['a number for results', () => '{"next":null,"results":7}'],
    ['no next at all', (page: object) => JSON.stringify({ ...page, next: undefined })],
    ['HTML', () => '<html><body>Bad gateway</body></html>'],
    ['nothing', () => ''],
    ['a uuid that leads elsewhere', () => '{"next":null,"results":[{"uuid":"../../project"}]}'],
  ])('%s', async (_, body: (page: object) => string) => {
    const bench = benchWithPage((page) => body(page));

    const end = await alive(bench.start(DELETE));

    expect(end.stop).toMatchObject({ kind: 'fatal' });
    expect(exitCodeForEnd(end, null)).not.toBe(70);
    expect(bench.mutations).toEqual([]);
    bench.answer = () => null;
    expect(await alive(bench.resume())).toMatchObject({ state: 'finished', counts: { done: 200 } });
  });
});

test('keys that mean something to JavaScript are data like any other', async () => {
  const bench = benchWithPage(({ results, ...page }) => {
    const poisoned = JSON.stringify({ ...page, next: null, results: results.slice(0, 2) });
    return poisoned.replaceAll(
      /"metadata":\{[^}]*\}/g,
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"metadata":{"__proto__":"x"}',
    );
  });

  const end = await alive(bench.start({ ...DELETE, steps: [{ uses: 'info' }] }));

  expect(end.state).toBe('finished');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('of a key that is there twice the last counts, as everywhere in JSON', async () => {
  const bench = benchWithPage(({ results }) => {
    const file = JSON.stringify(results[0]);
    return `{"next":"https://evil.test/","results":[],"next":null,"results":[${file}]}`;
  });

  const end = await alive(bench.start(DELETE));

  expect(end).toMatchObject({ state: 'finished', counts: { total: 1 } });
});

test.each([
  ['copy-local', 'local_copy', {}],
  ['copy-to-remote', 'remote_copy', { with: { target: 'backup' } }],
] as const)(
  'a page that names every file twice: %s acts on each once',
  async (uses, effect, options) => {
    const bench = benchWithPage(({ results, ...page }) => ({
      ...page,
      next: null,
      results: [...results, ...results],
    }));

    const end = await alive(bench.start({ ...DELETE, steps: [{ uses, ...options }] }));

    expect(end).toMatchObject({ state: 'finished', counts: { failed: 0, total: 50 } });
    expect(bench.effects(effect)).toEqual({ changed: 50, twice: 0 });
  },
);
