// Tests src/cli/since-text.ts.
import { expect, test } from 'vitest';
import { sinceFact, sinceRow } from '../../../src/cli/since-text.ts';
import { parseRunId } from '../../../src/core/run.ts';

const FROM = Date.UTC(2026, 10, 29, 22, 30);
const RUN = parseRunId('20261129-233000-abcdef');

test.each([
  [null, [], null],
  [
    { from: null, run: null },
    [['since', 'lists all files: there is no earlier run to continue']],
    { from: null, run: null },
  ],
  [
    { from: FROM, run: RUN },
    [['since', `uploads after 2026-11-29T22:30:00Z, continues run ${RUN}`]],
    { from: '2026-11-29T22:30:00Z', run: RUN },
  ],
  [
    { from: FROM, run: null },
    [['since', 'uploads after 2026-11-29T22:30:00Z']],
    { from: '2026-11-29T22:30:00Z', run: null },
  ],
])('where a listing starts: %j', (since, rows, fact) => {
  expect(sinceRow(since)).toEqual(rows);
  expect(sinceFact(since)).toEqual(fact);
});
