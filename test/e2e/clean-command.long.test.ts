import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const STORE = `version: 1
name: keep
source: { files: { stored: true } }
steps: [{ uses: info }]
`;

/** Finished runs of one job; their ids, oldest first. */
async function finishedRuns(shell: Shell, count: number): Promise<string[]> {
  shell.write('keep.yaml', STORE);
  const runs: string[] = [];
  for (let place = 0; place < count; place += 1) {
    const end = await shell.ucbulk(['run', 'keep.yaml', '--json']);
    expect(end.code, end.stderr).toBe(0);
    runs.push(String(end.documents[0]?.run));
  }
  return runs;
}

function ledgers(shell: Shell): string[] {
  return readdirSync(join(shell.state, 'runs'))
    .filter((name) => name.endsWith('.db'))
    .map((name) => name.slice(0, -3))
    .sort();
}

test('clean keeps the newest runs, prints why, and removes all files of the others', async () => {
  const shell = await openShell({ files: 5 });
  const [oldest, middle, newest] = await finishedRuns(shell, 3);
  const dry = await shell.ucbulk(['clean', '--keep-last', '2', '--dry-run', '--json']);
  expect(dry.code).toBe(0);
  expect(dry.documents).toMatchObject([
    { type: 'cleaned-run', run: newest, action: 'keep', reasons: ['last'] },
    { type: 'cleaned-run', run: middle, action: 'keep', reasons: ['last'] },
    { type: 'cleaned-run', run: oldest, action: 'remove', reasons: [] },
    { type: 'cleaned', dryRun: true, removed: 1, kept: 2 },
  ]);
  expect(ledgers(shell)).toHaveLength(3);
  const end = await shell.ucbulk(['clean', '--keep-last', '2']);
  expect(end.stdout).toMatch(/1 run removed \(.* kB\), 2 runs kept\./);
  expect(ledgers(shell)).toEqual([middle, newest]);
  const files = readdirSync(join(shell.state, 'runs'));
  expect(files.filter((name) => name.startsWith(`${oldest}.`))).toEqual([]);
});

test('clean without a rule says what to type, and removes nothing', async () => {
  const shell = await openShell({ files: 5 });
  await finishedRuns(shell, 1);
  const end = await shell.ucbulk(['clean']);
  expect(end.code).toBe(2);
  expect(end.stderr).toContain('ucbulk clean --keep-last 30 --keep-within 90d --keep-failed');
  expect(ledgers(shell)).toHaveLength(1);
});

test('two cleans at once, beside a run that works, remove each run once and never that one', async () => {
  const shell = await openShell({ files: 40, throttle: { perSecond: 4, burst: 1 } });
  shell.write('keep.yaml', STORE);
  const first = await shell.ucbulk(['run', 'keep.yaml', '--json']);
  const running = shell.start(['run', 'keep.yaml', '--json']);
  while (ledgers(shell).length < 2) await new Promise((resolve) => setImmediate(resolve));
  // Asleep, it can't finish before the cleans have looked at it.
  running.process.kill('SIGSTOP');
  const cleaning = ['clean', '--keep-within', '0.001s', '--json'];
  const cleans = await Promise.all([shell.ucbulk(cleaning), shell.ucbulk(cleaning)]);
  running.process.kill('SIGCONT');
  for (const { code, stderr } of cleans) expect(code, stderr).toBe(0);
  const removed = cleans.flatMap(({ documents }) =>
    documents.filter((document) => (document as { action?: string }).action === 'remove'),
  );
  expect(removed.map(({ run }) => run)).toEqual([first.documents[0]?.run]);
  const end = await running.ended;
  expect(end.code).toBe(0);
  expect(ledgers(shell)).toHaveLength(1);
});
