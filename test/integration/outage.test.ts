import { expect, test } from 'vitest';
import { alive, answerWith, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false, pageSize: 100 } }, steps: [{ uses: 'delete' }] };

test('a service that is down burns no item: the run stops, and finishes once it is back', async () => {
  const bench = runBench({ files: 900, storedShare: 0 });
  bench.answer = ({ method }) => (method === 'DELETE' ? answerWith(bench, 503, {}) : null);

  const down = await alive(bench.start(DELETE));

  expect(down.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'service' } });
  expect(down.counts).toMatchObject({ failed: 0, pending: 900 });
  bench.answer = () => null;
  const end = await alive(bench.resume());
  expect(end).toMatchObject({ state: 'finished', counts: { done: 900 } });
  expect(bench.effects('delete')).toEqual({ changed: 900, twice: 0 });
});

const CUT = {
  source: { files: { stored: true, pageSize: 100 } },
  steps: [{ uses: 'addon/remove_bg' }],
};

test('a paid endpoint that only fails is left alone: few items in doubt, and the rest goes on later', async () => {
  const bench = runBench({ files: 400, storedShare: 1 });
  let asked = 0;
  bench.answer = ({ target }) => {
    if (!target.startsWith('/addons/remove_bg/execute/')) return null;
    asked += 1;
    return answerWith(bench, 502, {});
  };

  const down = await alive(bench.start(CUT));

  expect(down.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'service' } });
  expect(asked).toBeLessThan(30); // 8 at once, then one a pause for five minutes
  expect(down.counts).toMatchObject({ failed: 0, 'in-doubt': asked, pending: 400 - asked });
  expect(bench.events.filter(({ kind }) => kind === 'breaker-open').length).toBeGreaterThan(3);
  bench.answer = () => null;
  const end = await alive(bench.resume());
  expect(end.counts).toMatchObject({ pending: 0, waiting: 0, 'in-doubt': asked });
  expect(end.counts.done).toBeGreaterThan(0);
});

test('files stored while a delete waited at a closed gate are left alone', async () => {
  const bench = runBench({ files: 300, storedShare: 0 });
  let isFirst = true;
  bench.answer = ({ method }) => {
    if (method !== 'DELETE' || !isFirst) return null;
    isFirst = false;
    for (let index = 0; index < 300; index += 1) {
      bench.storeElsewhere(bench.emulator.projects[0]!.seededFile(index).uuid);
    }
    const answer = answerWith(bench, 429, { detail: 'Request was throttled.' });
    return { ...answer, headers: { ...answer.headers, 'retry-after': '60' } };
  };

  const end = await alive(bench.start({ ...DELETE, recheckAfter: '20s' }, { concurrency: 1 }));

  expect(end.counts).toMatchObject({ skipped: 300, done: 0 });
  expect(bench.effects('delete').changed).toBe(0);
});

test('a listing that goes round in a circle under ever new cursors is noticed', async () => {
  const bench = runBench({ files: 60, storedShare: 0 });
  let pages = 0;
  const served: string[] = [];
  bench.answer = ({ method, target }) => {
    if (method !== 'GET' || !target.startsWith('/files/?')) return null;
    pages += 1;
    const answer = bench.emulator.handle({
      method: 'GET',
      target: `/files/?stored=false&limit=20${pages % 2 === 0 ? '&ordering=-datetime_uploaded' : ''}`,
      headers: {
        host: 'service.test',
        accept: 'application/vnd.uploadcare-v0.7+json',
        authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
      },
      body: '',
    });
    served.push(target);
    const page = JSON.parse(String(answer.body)) as object;
    const next = `https://service.test/files/?stored=false&limit=20&offset=${pages}`;
    return answerWith(bench, 200, { ...page, next });
  };

  const end = await alive(bench.start(DELETE));

  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { code: 'looping_listing' } });
  expect(pages).toBeLessThan(10);
  expect(bench.effects('delete').changed).toBe(0);
});
