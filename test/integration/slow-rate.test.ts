import { expect, test } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';

// At this rate, the checks of the pages of a window take longer than `recheckAfter`.
test.each([
  { files: 300, pageSize: 20 },
  { files: 60, pageSize: 1 },
])(
  'deletes go on at a slow rate: $files files on pages of $pageSize',
  async ({ files, pageSize }) => {
    const bench = runBench({ files, storedShare: 0 });

    const end = await alive(
      bench.start({
        source: { files: { stored: false, pageSize } },
        steps: [{ uses: 'delete' }],
        recheckAfter: '10s',
        limits: { rate: 0.05, requests: 150 },
      }),
    );

    expect(end).toMatchObject({ state: 'finished', counts: { done: files } });
  },
);
