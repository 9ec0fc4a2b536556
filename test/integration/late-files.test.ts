import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEnd } from '../../src/run/run-request.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const MINUTE_MS = 60_000;
const FILE = /^\/files\/([0-9a-f-]{36})\/$/;

/** An operation that makes a file which is not whole at once. */
interface Making {
  readonly uses: string;
  readonly effect: 'local_copy' | 'import';
  readonly route: RegExp;
  /** Options of an emulator whose files take so long to be whole, ms. */
  readonly late: (ms: number) => object;
  readonly source: (bench: RunBench) => object;
  /** When a lost answer is looked up, ms after the request. */
  readonly lookedUpAfterMs: number;
}

const MAKING: readonly Making[] = [
  {
    uses: 'copy-local',
    effect: 'local_copy',
    route: /^\/files\/local_copy\/$/,
    lookedUpAfterMs: 1.5 * MINUTE_MS,
    late: (ms) => ({ work: { local_copy: { medianMs: ms, sigma: 0 } } }),
    source: ({ emulator }) => {
      const image = { name: 'cat.png', mimeType: 'image/png', isImage: true };
      return { inline: [1, 2].map(() => emulator.projects[0]!.addFile(image).uuid) };
    },
  },
  {
    uses: 'import-url',
    effect: 'import',
    route: /^\/from_url\/\?/,
    lookedUpAfterMs: 10 * MINUTE_MS,
    late: (ms) => ({ processingMs: ms }),
    source: ({ emulator, directory }) => {
      const urls = [1, 2].map((number) => `https://example.test/${number}.txt`);
      for (const url of urls) emulator.addUrl(url, { content: url });
      const path = join(directory, 'urls.txt');
      writeFileSync(path, urls.join('\n'));
      return { urls: { path } };
    },
  },
];

function jobOf(making: Making, bench: RunBench): object {
  return { source: making.source(bench), steps: [{ uses: making.uses }] };
}

/** Both items are done, each with the file that its one request made, and which is whole. */
function expectWhole(bench: RunBench, end: RunEnd, { effect }: Making): void {
  const items = bench.items(end.run);
  expect(items.map(({ state }) => state)).toEqual(['done', 'done']);
  for (const { result } of items) {
    const file = fileOf(bench, String(result?.['file']));
    expect(file).toMatchObject({ is_ready: true });
    expect(file['size']).toBeGreaterThan(0);
  }
  expect(bench.effects(effect).changed).toBe(2);
}

const EMPTY_PAGE = { next: null, previous: null, total: 0, per_page: 1000, results: [] };

function fileOf({ emulator }: RunBench, uuid: string): Record<string, unknown> {
  const { publicKey, secretKey } = emulator.projects[0]!;
  const answer = emulator.handle({
    method: 'GET',
    target: `/files/${uuid}/`,
    headers: {
      host: 'service.test',
      accept: 'application/vnd.uploadcare-v0.7+json',
      authorization: `Uploadcare.Simple ${publicKey}:${secretKey}`,
    },
    body: '',
  });
  return JSON.parse(String(answer.body)) as Record<string, unknown>;
}

test.each(MAKING)('$uses: a file that is late is waited for', async (making) => {
  const bench = runBench(making.late(3 * MINUTE_MS));
  const end = await alive(bench.start(jobOf(making, bench)));
  expectWhole(bench, end, making);
  expect(end.elapsedMs).toBeGreaterThan(3 * MINUTE_MS);
});

test.each(MAKING)(
  '$uses: the process dies while it waits: nothing is made again',
  async (making) => {
    const bench = runBench(making.late(3 * MINUTE_MS));
    const death = { point: 'poll-answered', hit: 5 } as const;
    expect(await bench.start(jobOf(making, bench), { death })).toBeNull();
    expectWhole(bench, await alive(bench.resume()), making);
  },
);

test.each(MAKING)('$uses: what a lost answer made is waited for too', async (making) => {
  const bench = runBench(making.late(making.lookedUpAfterMs + MINUTE_MS));
  const job = jobOf(making, bench);
  bench.fault = ({ method, target }) => {
    return method === 'POST' && making.route.test(target) ? 'reset-after-effect' : null;
  };
  const end = await alive(bench.start(job));
  expectWhole(bench, end, making);
  expect(end.elapsedMs).toBeGreaterThan(making.lookedUpAfterMs + MINUTE_MS);
});

test.each(MAKING)(
  '$uses: a file that is never whole: failed, named, and not made again',
  async (making) => {
    const bench = runBench(making.late(300 * MINUTE_MS));
    const end = await alive(bench.start(jobOf(making, bench)));
    for (const item of bench.items(end.run)) {
      expect(item).toMatchObject({ state: 'failed', reason: 'output_not_ready' });
      expect(item.message).toMatch(/output [0-9a-f-]{36} was made.*within 10m/);
    }
    expect(end.elapsedMs).toBeLessThan(20 * MINUTE_MS);
    expect(bench.effects(making.effect).changed).toBe(2);
  },
);

test.each(MAKING)(
  '$uses: a file that the REST API does not know yet is waited for',
  async (making) => {
    const bench = runBench();
    let unknown = 4;
    bench.answer = ({ method, target }) => {
      if (method !== 'GET' || unknown === 0) return null;
      if (target.startsWith('/files/?')) return answerWith(bench, 200, EMPTY_PAGE);
      if (!FILE.test(target)) return null;
      unknown -= 1;
      return answerWith(bench, 404, { detail: 'Not found.' });
    };
    const end = await alive(bench.start(jobOf(making, bench)));
    expect(unknown).toBe(0);
    expectWhole(bench, end, making);
  },
);
