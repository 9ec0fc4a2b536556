// Tests src/engine/journal/ledger-journal.ts and src/engine/loop/poll-window.ts.

import { expect, test } from 'vitest';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const PDF = { mimeType: 'application/pdf', isImage: false, name: 'a.pdf' } as const;
const CONVERT = [{ uses: 'convert/document', with: { format: 'docx' } }];

function documents(bench: RunBench, count: number): string[] {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  const file = { ...PDF, uploadedAt, storedAt: uploadedAt };
  return Array.from({ length: count }, () => bench.emulator.projects[0]!.addFile(file).uuid);
}

function starts(bench: RunBench): number {
  return bench.mutations.length;
}

test('polls whose answers are lost, garbled or slowed down never start a job again', async () => {
  const bench = runBench();
  const inline = documents(bench, 10);
  const faults = ['throttled', 'error-before-effect', 'reset-after-effect', 'truncated', 'html'];
  let polls = 0;
  bench.fault = ({ target }) => {
    if (!target.includes('/status/')) return null;
    polls += 1;
    return polls > 15 ? null : (faults[polls % faults.length] as 'html');
  };

  const end = await alive(bench.start({ source: { inline }, steps: CONVERT }));

  expect(end.counts).toMatchObject({ done: 10, total: 10 });
  expect(polls).toBeGreaterThan(15);
  expect(starts(bench)).toBe(1);
});

test('an output is waited for until it is ready, and fails by name where it never is', async () => {
  for (const isEverReady of [true, false]) {
    const bench = runBench();
    const inline = documents(bench, 1);
    let looks = 0;
    bench.answer = ({ method, target }) => {
      const output = /^\/files\/([0-9a-f-]{36})\/$/.exec(target)?.[1];
      if (method !== 'GET' || output === undefined || inline.includes(output)) return null;
      looks += 1;
      if (isEverReady && looks > 3) return null;
      const uploaded = '2026-11-21T12:00:00.000000Z';
      const unfinished = { is_ready: false, is_image: null, size: 0, mime_type: '' };
      const names = { uuid: output, original_filename: '', url: 'https://x/', metadata: {} };
      const times = { datetime_uploaded: uploaded, datetime_stored: null, datetime_removed: null };
      return answerWith(bench, 200, { ...unfinished, ...names, ...times });
    };
    const end = await alive(bench.start({ source: { inline }, steps: CONVERT }));

    const [item] = bench.items(end.run);
    expect(looks).toBeGreaterThan(2);
    expect(starts(bench)).toBe(1);
    if (isEverReady) expect(item).toMatchObject({ state: 'done' });
    else expect(item).toMatchObject({ state: 'failed', reason: 'output_not_ready' });
  }
});

test.each([
  [403, 'You can not use this add-on'],
  [400, 'Document conversion feature is not available for this project.'],
] as const)('%i for the plan stops the run and uses up no item', async (status, detail) => {
  const bench = runBench();
  const inline = documents(bench, 30);
  bench.answer = ({ method }) => (method === 'POST' ? answerWith(bench, status, { detail }) : null);

  const end = await alive(bench.start({ source: { inline }, steps: CONVERT }));

  expect(end.counts).toMatchObject({ pending: 30, failed: 0 });
  expect(end.stop).toMatchObject({ kind: 'fatal', failure: { fatalCause: 'credentials' } });
  expect(bench.items(end.run).every(({ attempts }) => attempts === 0)).toBe(true);
});

test('a scan whose verdict is not at the file yet is no clean one: it is waited for, then in doubt', async () => {
  for (const isEverThere of [true, false]) {
    const bench = runBench();
    const inline = documents(bench, 1);
    let looks = 0;
    bench.answer = ({ method, target }) => {
      if (method !== 'GET' || !target.includes('include=appdata')) return null;
      looks += 1;
      if (isEverThere && looks > 4) return null;
      const uploaded = '2026-11-01T10:00:00.000000Z';
      const file = { uuid: inline[0], original_filename: 'a.pdf', url: 'https://x/', metadata: {} };
      const facts = { is_ready: true, is_image: false, size: 5, mime_type: 'application/pdf' };
      const times = { datetime_uploaded: uploaded, datetime_stored: uploaded };
      return answerWith(bench, 200, {
        ...file,
        ...facts,
        ...times,
        datetime_removed: null,
        appdata: {},
      });
    };
    const steps = [{ uses: 'addon/uc_clamav_virus_scan' }];
    const end = await alive(bench.start({ source: { inline }, steps }));

    const [item] = bench.items(end.run);
    expect(starts(bench)).toBe(1);
    expect(looks).toBeGreaterThan(3);
    if (isEverThere) expect(item).toMatchObject({ state: 'done', result: { infected: false } });
    else expect(item).toMatchObject({ state: 'in-doubt', reason: 'result_missing' });
  }
});

test('a scan that is through before the answer to its start comes has its verdict', async () => {
  const bench = runBench();
  const inline = documents(bench, 1);
  bench.fault = ({ method }) => (method === 'POST' ? 'slow' : null);
  const steps = [{ uses: 'addon/uc_clamav_virus_scan' }];

  const end = await alive(bench.start({ source: { inline }, steps }));

  expect(bench.items(end.run)).toMatchObject([{ state: 'done', result: { infected: false } }]);
  expect(starts(bench)).toBe(1);
});
