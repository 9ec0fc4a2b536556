// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';

const OLD = {
  projects: { old: { publicKey: 'demopublickey1', secretKey: '${{ env.OLD_SECRET_KEY }}' } },
};
const ENV = { OLD_SECRET_KEY: 'demosecretkey1' };
const IN_OLD = { uses: 'info', project: 'old' };

test("an earlier run's items are those of the project that its source was in", async () => {
  const bench = runBench({ projects: [{ files: 0 }, { files: 3 }] });
  const listed = { ...OLD, source: { project: 'old', files: {} }, steps: [IN_OLD] };
  const { run, counts } = await alive(bench.start(listed, { env: ENV }));
  expect(counts.done).toBe(3);

  const there = {
    ...OLD,
    source: { project: 'old', run: { id: run, states: ['done'] } },
    steps: [IN_OLD],
  };
  const again = await alive(bench.start(there, { env: ENV }));
  expect(again.counts).toMatchObject({ done: 3, total: 3 });

  const here = await alive(
    bench.start({ source: { run: { id: run, states: ['done'] } }, steps: [{ uses: 'info' }] }),
  );
  expect(here.counts.total).toBe(0);
  expect(here.stop).toMatchObject({
    failure: { message: expect.stringMatching('another project') },
  });
});
