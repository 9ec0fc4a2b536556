import { expect, test } from 'vitest';
import { openShell, type Shell } from '../support/run-cli.ts';

const JOB = `version: 1
name: label
source: { list: { path: files.txt } }
steps:
  - { id: keep, uses: store }
  - { id: label, uses: metadata, with: { set: { seen: "yes" } } }
`;

/** A finished run of three files, the metadata of the first of which the service refused. */
async function failedRun(): Promise<{ shell: Shell; run: string; file: string }> {
  const shell = await openShell({ files: 0 });
  const files = [1, 2, 3].map(() => shell.project.addFile({ storedAt: null }).uuid);
  shell.write('files.txt', `${files.join('\n')}\n`);
  shell.write('label.yaml', JOB);
  const [file = ''] = files;
  const path = `/files/${file}/metadata/`;
  shell.emulator.faults.add({ path, fault: { kind: 'status', status: 400 } });
  const end = await shell.ucbulk(['run', 'label.yaml', '--json']);
  expect(end.code, end.stderr).toBe(1);
  return { shell, run: String(end.documents[0]?.run), file };
}

test('a dry run shows what would be retried, and a retry finishes the run', async () => {
  const { shell, run } = await failedRun();
  const dry = await shell.ucbulk(['retry', 'latest', '--dry-run', '--json']);
  expect(dry.code).toBe(0);
  expect(dry.documents).toMatchObject([
    {
      type: 'retry',
      dryRun: true,
      run,
      failed: 1,
      items: 1,
      retried: [{ step: 'label', code: 'http_400', items: 1 }],
    },
  ]);
  shell.emulator.faults.remove();
  const end = await shell.ucbulk(['retry', run, '--json']);
  expect(end.documents).toMatchObject([{ type: 'summary', run, state: 'finished', exitCode: 0 }]);
  expect(end.stderr).toContain('retrying 1 of 1 failed item');
  const again = await shell.ucbulk(['retry', run]);
  expect(again.stdout).toContain('nothing to retry. Items: 3: 3 done.');
  expect(again.code).toBe(0);
});

test('bad input is refused with what to type', async () => {
  const { shell, run } = await failedRun();
  const code = await shell.ucbulk(['retry', run, '--code', 'nope']);
  expect(code.code).toBe(2);
  expect(code.stderr).toContain('No item failed with the code "nope"');
  expect(code.stderr).toContain('http_400 (1)');
  const where = await shell.ucbulk(['retry', run, '--where', 'color == 1']);
  expect(where.code).toBe(2);
  expect(where.stderr).toContain('--where is not a condition');
  const none = await shell.ucbulk(['retry', 'nothing-like-this']);
  expect(none.code).toBe(2);
});

test('the list of failed items is a source', async () => {
  const { shell, run, file } = await failedRun();
  shell.emulator.faults.remove();
  const report = await shell.ucbulk(['report', run, '--state', 'failed', '-o', 'failed.csv']);
  expect(report.code).toBe(0);
  shell.write('again.yaml', JOB.replace('files.txt', 'failed.csv').replace('label\n', 'again\n'));
  const end = await shell.ucbulk(['run', 'again.yaml', '--json']);
  expect(end).toMatchObject({ code: 0 });
  const items = await shell.ucbulk(['items', String(end.documents[0]?.run), '--json']);
  expect(items.documents).toMatchObject([{ key: file, state: 'done' }]);
});
