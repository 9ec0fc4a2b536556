// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodeForEnd } from '../../src/cli/exit-code.ts';
import type { ConfirmAnswer } from '../../src/core/consent.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { Confirmation } from '../../src/run/run-request.ts';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';

const DELETE = { source: { files: { stored: false } }, steps: [{ uses: 'delete' }] };
const COPY_AND_DELETE_BOTH = {
  source: { files: { stored: true } },
  steps: [
    { id: 'copy', uses: 'copy-local' },
    { uses: 'delete', with: { file: '${{ steps.copy.file }}' } },
    { uses: 'delete' },
  ],
};

/** Pictures, or documents, that a job names one by one. */
function named(bench: RunBench, count: number, spec: object = { isImage: true }): object {
  const project = bench.emulator.projects[0]!;
  return { inline: Array.from({ length: count }, () => project.addFile(spec).uuid) };
}

/** Gives an answer, and keeps what was asked and what had been sent by then. */
function asking(bench: RunBench, answer: ConfirmAnswer | boolean) {
  const asked: Confirmation[] = [];
  const confirm = async (question: Confirmation): Promise<ConfirmAnswer | boolean> => {
    expect(bench.mutations).toEqual([]);
    asked.push(question);
    return answer;
  };
  return { asked, confirm };
}

test('two delete steps on 40 items are asked for as 80 deletes', async () => {
  const bench = runBench({ files: 40, storedShare: 1 });
  const { asked, confirm } = asking(bench, 'yes');

  const end = await alive(bench.start(COPY_AND_DELETE_BOTH, { confirm }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 40 } });
  expect(asked).toMatchObject([
    { items: 40, effects: [{ kind: 'delete', name: 'delete', steps: 2, items: 40, count: 80 }] },
  ]);
  expect(bench.effects('delete').changed).toBe(80);
});

test.each([{ maxItems: 79 }, { maxShare: '100%' }])(
  'a guard of %j objects to 80 deletes by two steps on 40 items',
  async (guard) => {
    const bench = runBench({ files: 40, storedShare: 1 });
    const { asked, confirm } = asking(bench, 'yes');
    const job = { ...COPY_AND_DELETE_BOTH, guard };

    const end = await alive(bench.start(job, { confirm }));

    expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' } });
    expect((end.stop as { message: string }).message).toMatch(
      /^The run would delete 80 files \(2 steps x 40 items\).* Nothing was done\./,
    );
    expect((await bench.plan(job)).guard).toMatch(/^The run would delete 80 files/);
    expect(asked).toEqual([]);
    expect(bench.mutations).toEqual([]);
  },
);

test('a guard of as many as the deletes lets them through', async () => {
  const bench = runBench({ files: 40, storedShare: 1 });
  const end = await alive(bench.start({ ...COPY_AND_DELETE_BOTH, guard: { maxItems: 80 } }));
  expect(end).toMatchObject({ state: 'finished', counts: { done: 40 } });
});

test.each([
  ['remove_bg', { uses: 'addon/remove_bg' }, {}],
  ['aws_rekognition_detect_labels', { uses: 'addon/aws_rekognition_detect_labels' }, {}],
  [
    'aws_rekognition_detect_moderation_labels',
    { uses: 'addon/aws_rekognition_detect_moderation_labels' },
    {},
  ],
  ['uc_clamav_virus_scan', { uses: 'addon/uc_clamav_virus_scan' }, {}],
  [
    'convert/document',
    { uses: 'convert/document', with: { format: 'jpg' } },
    { name: 'a.pdf', mimeType: 'application/pdf' },
  ],
  [
    'convert/document',
    { uses: 'convert/document', with: { format: 'jpg', saveInGroup: true } },
    { name: 'a.pdf', mimeType: 'application/pdf' },
  ],
  [
    'convert/video',
    { uses: 'convert/video', with: { format: 'webm' } },
    { name: 'a.mp4', mimeType: 'video/mp4' },
  ],
] as const)('%s asks before the first request that is paid for', async (name, step, spec) => {
  const bench = runBench();
  const { asked, confirm } = asking(bench, 'unanswered');
  const job = {
    source: named(bench, 7, { isImage: name !== 'convert/document', ...spec }),
    steps: [step],
  };

  const end = await alive(bench.start(job, { confirm }));

  expect(asked).toMatchObject([{ items: 7, effects: [{ kind: 'pay', name, count: 7 }] }]);
  expect(end).toMatchObject({ state: 'aborted', stop: { kind: 'guard' }, counts: { pending: 7 } });
  expect(exitCodeForEnd(end, null)).toBe(7);
  expect(bench.mutations).toEqual([]);

  const rest = await alive(bench.resume());
  expect(rest).toMatchObject({ state: 'finished', counts: { done: 7 } });
});

test('one question has everything that is deleted or paid for, with the budget', async () => {
  const bench = runBench();
  const { asked, confirm } = asking(bench, 'unanswered');
  const job = {
    source: named(bench, 5),
    steps: [
      { uses: 'addon/uc_clamav_virus_scan', with: { purgeInfected: true } },
      { id: 'cut', uses: 'addon/remove_bg' },
      { uses: 'addon/remove_bg', with: { file: '${{ steps.cut.file }}' } },
      { uses: 'delete', if: 'file.size > 0' },
    ],
    limits: { paid: { remove_bg: 3 } },
  };

  await bench.start(job, { confirm });

  expect(asked.map(({ effects }) => effects)).toEqual([
    [
      {
        kind: 'delete',
        name: 'addon/uc_clamav_virus_scan',
        steps: 1,
        items: 5,
        count: 5,
        limit: null,
      },
      { kind: 'pay', name: 'uc_clamav_virus_scan', steps: 1, items: 5, count: 5, limit: null },
      { kind: 'pay', name: 'remove_bg', steps: 2, items: 5, count: 10, limit: 3 },
      { kind: 'delete', name: 'delete', steps: 1, items: 5, count: 5, limit: null },
    ],
  ]);
});

test('guard.confirm: false is the yes to what is paid for', async () => {
  const bench = runBench();
  const { asked, confirm } = asking(bench, 'no');
  const job = {
    project: 'demopublickey',
    source: named(bench, 3),
    steps: [{ uses: 'addon/remove_bg' }],
    guard: { confirm: false },
  };

  const end = await alive(bench.start(job, { confirm }));

  expect(end).toMatchObject({ state: 'finished', counts: { done: 3 } });
  expect(asked).toEqual([]);
});

test('a raised budget is not asked for again: the yes counted all items', async () => {
  const bench = runBench();
  const { asked, confirm } = asking(bench, 'yes');
  const job = { source: named(bench, 5), steps: [{ uses: 'addon/remove_bg' }] };
  await bench.start({ ...job, limits: { paid: { remove_bg: 2 } } }, { confirm });

  const end = await alive(
    bench.resume({
      job: { ...job, limits: { paid: { remove_bg: 5 } } },
      confirm: () => Promise.reject(new Error('asked twice')),
    }),
  );

  expect(asked).toMatchObject([{ effects: [{ count: 5, limit: 2 }] }]);
  expect(end).toMatchObject({ state: 'finished', counts: { done: 5 } });
  expect(bench.effects('remove_bg')).toMatchObject({ changed: 5, twice: 0 });
});

test.each(['no', false] as const)('the answer %j is final: a resume is refused', async (answer) => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const { confirm } = asking(bench, answer);

  const end = await alive(bench.start(DELETE, { confirm }));
  expect(end).toMatchObject({
    state: 'declined',
    stop: { kind: 'declined' },
    counts: { pending: 30 },
  });
  expect(exitCodeForEnd(end, null)).toBe(7);

  await expect(bench.resume({ run: end.run })).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(
      /was declined.*Nothing was sent\. To do it after all, start a new run/,
    ),
  });
  await expect(bench.resume()).rejects.toMatchObject({ kind: 'not-found' });
  await expect(bench.resume({ job: DELETE })).rejects.toMatchObject({ kind: 'not-found' });
  expect(bench.effects('delete').changed).toBe(0);
});

test('a no is kept by a process that dies just after it', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const { confirm } = asking(bench, 'no');
  const death = { point: 'run-finished', hit: 1 } as const;

  expect(await bench.start(DELETE, { confirm, death })).toBe(null);

  await expect(bench.resume()).rejects.toMatchObject({ kind: 'not-found' });
});

test('a no is final also if the run was told to stop while the question was open', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const drain = new AbortController();
  const confirm = async (): Promise<ConfirmAnswer> => {
    drain.abort();
    return 'no';
  };

  const end = await alive(bench.start(DELETE, { confirm, drain: drain.signal }));

  expect(end.state).toBe('declined');
  expect(exitCodeForEnd(end, null)).toBe(130);
  await expect(bench.resume({ run: end.run })).rejects.toMatchObject({ kind: 'refused' });
});

test('a declined delete is not carried out by a resume that is meant for another run', async () => {
  const bench = runBench({ files: 30, storedShare: 0.5 });
  const declined = await alive(bench.start(DELETE, { confirm: asking(bench, 'no').confirm }));
  const store = { name: 'store', source: { files: { stored: false } }, steps: [{ uses: 'store' }] };
  await bench.start({ ...store, limits: { requests: 2 } });

  const end = await alive(bench.resume());

  expect(end).toMatchObject({ jobName: 'store' });
  expect(end.run).not.toBe(declined.run);
  expect(bench.effects('delete').changed).toBe(0);
});

test('a resume without a run id is refused if more than one run is unfinished', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  const { confirm } = asking(bench, 'unanswered');
  const first = await alive(bench.start({ ...DELETE, name: 'first' }, { confirm }));
  const older = await alive(bench.start({ ...DELETE, name: 'second' }, { confirm }));
  const newer = await alive(bench.start({ ...DELETE, name: 'second' }, { confirm }));

  const refusal = expect(bench.resume()).rejects;
  await refusal.toMatchObject({ kind: 'usage', message: expect.stringContaining('3 unfinished') });
  for (const { run } of [first, older, newer]) {
    const command = expect.stringContaining(`ucbulk resume ${run}  #`);
    await expect(bench.resume()).rejects.toMatchObject({ message: command });
  }
  expect(bench.mutations).toEqual([]);

  // The job file says which job is meant: its newest run.
  const end = await alive(bench.resume({ job: { ...DELETE, name: 'second' } }));
  expect(end.run).toBe(newer.run);
});

test('a resume with a job file looks for a run of that job only', async () => {
  const bench = runBench({ files: 30, storedShare: 0 });
  await bench.start({ ...DELETE, name: 'first' }, { confirm: asking(bench, 'unanswered').confirm });

  const job = { ...DELETE, name: 'other', steps: [{ uses: 'store' }] };
  await expect(bench.resume({ job })).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringContaining('no unfinished run of the job other in project demopublickey'),
  });
  expect(bench.mutations).toEqual([]);
});

test('nothing is paid for before the walk has ended: the question counts all of it', async () => {
  const bench = runBench({ files: 25, storedShare: 1 });
  const { asked, confirm } = asking(bench, 'yes');
  // Paid, and with no other reason to wait for the finished selection.
  const paid: Operation = {
    kind: 'addon/aws_rekognition_detect_labels',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'idempotent' },
    runItem: async () => ({ kind: 'done' }),
  };
  const steps = [{ uses: 'addon/aws_rekognition_detect_labels' }];
  const job = { source: { files: { stored: true, pageSize: 10 } }, steps };

  const end = await alive(bench.start(job, { confirm, limits: { operations: () => [paid] } }));

  expect(asked).toMatchObject([{ items: 25, effects: [{ kind: 'pay', count: 25 }] }]);
  expect(end).toMatchObject({ state: 'finished', counts: { done: 25 } });
});

test('what an older program paid for is no yes to its delete', async () => {
  const bench = runBench();
  const steps = [{ uses: 'addon/remove_bg' }, { uses: 'delete' }];
  const job = { source: named(bench, 5), steps };
  const end = await alive(bench.start(job, { confirm: asking(bench, 'unanswered').confirm }));
  const path = join(bench.directory, 'runs', `${end.run}.db`);
  const database = openDatabase(path, { mode: 'write' });
  database.prepare("INSERT INTO paid (name, spent) VALUES ('remove_bg', 2)").run();
  database.close();

  const { asked, confirm } = asking(bench, 'unanswered');
  const again = await alive(bench.resume({ confirm }));

  expect(asked).toHaveLength(1);
  expect(again.stop).toMatchObject({ kind: 'guard' });
  expect(bench.mutations).toEqual([]);
});

test('while nobody has answered, the status shows that the run waits for its answer', async () => {
  const bench = runBench({ files: 4, storedShare: 0 });
  const waits: unknown[] = [];
  const confirm = async ({ run }: Confirmation): Promise<ConfirmAnswer> => {
    await bench.clock.sleep(5000);
    const status = await readRun(bench.directory, run, createSystemWorld());
    waits.push(...status.waits.map(({ kind }) => kind), status.timeLeft);
    return 'yes';
  };
  const end = await alive(bench.start(DELETE, { confirm }));
  expect(waits).toEqual(['question', null]);
  const kinds = bench.events.flatMap((event) =>
    event.kind === 'waiting' ? [event.wait?.kind] : [],
  );
  expect(kinds).toEqual(['question', undefined]);
  expect(end.counts).toMatchObject({ done: 4 });
});

test('an answer that comes at once is no wait', async () => {
  const bench = runBench({ files: 4, storedShare: 0 });
  await alive(bench.start(DELETE));
  expect(bench.events.filter(({ kind }) => kind === 'waiting')).toEqual([]);
});
