import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const COPY = `version: 1
name: copies
source: { files: {} }
steps:
  - { id: copy, uses: copy-local }
`;

/** A finished run that copied three files. */
async function copies() {
  const shell = await openShell({ files: 3, storedShare: 1 });
  shell.write('copies.yaml', COPY);
  const end = await shell.ucbulk(['run', 'copies.yaml', '--json']);
  expect(end.code, end.stderr).toBe(0);
  const deleted = () => shell.emulator.audit.summary().delete?.changed ?? 0;
  return { shell, run: String(end.documents[0]?.['run']), deleted };
}

test('undo shows its plan, asks for a confirmation, and deletes the copies', async () => {
  const { shell, run, deleted } = await copies();
  const plan = await shell.ucbulk(['undo', run, '--dry-run']);
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain(`Takes the files that run ${run} made`);
  expect(deleted()).toBe(0);

  const asked = await shell.ucbulk(['undo', run]);
  expect(asked.code).toBe(7);
  expect(deleted()).toBe(0);

  const end = await shell.ucbulk(['undo', run, '--yes', '--new', '--json']);
  expect(end.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  expect(deleted()).toBe(3);
});

test('bad input is refused with what to type', async () => {
  const { shell, run, deleted } = await copies();
  const step = await shell.ucbulk(['undo', run, '--step', 'nope', '--yes']);
  expect(step.stderr).toContain('made no files that can be deleted');
  const json = await shell.ucbulk(['undo', run, '--step', 'nope', '--yes', '--json']);
  expect(json).toMatchObject({
    code: 0,
    documents: [{ type: 'nothing-to-undo', run, left: 0, inDoubt: 0 }],
  });
  const none = await shell.ucbulk(['undo', 'nothing-like-this']);
  expect(none.code).toBe(2);
  expect(deleted()).toBe(0);
});

test('a run that made files in two projects needs the name of a step', async () => {
  const shell = await openShell({ projects: [{ files: 2, storedShare: 1 }, { files: 0 }] });
  const env = { NEW_PUBLIC_KEY: 'demopublickey1', NEW_SECRET_KEY: 'demosecretkey1' };
  const keys = 'publicKey: "${{ env.NEW_PUBLIC_KEY }}", secretKey: "${{ env.NEW_SECRET_KEY }}"';
  const steps = '[{ id: copy, uses: copy-local }, { id: move, uses: import-url, project: new }]';
  shell.write(
    'two.yaml',
    `version: 1\nname: two\nprojects: { new: { ${keys} } }\nsource: { files: {} }\nsteps: ${steps}\n`,
  );
  const end = await shell.ucbulk(['run', 'two.yaml', '--json'], { env });
  expect(end.code, end.stderr).toBe(0);
  const both = await shell.ucbulk(['undo', 'latest', '--yes'], { env });
  expect(both.code).toBe(2);
  expect(both.stderr.replaceAll(/\s+/g, ' ')).toContain(
    'made files in several projects: copy (default project), move (new). Nothing was deleted. Name one step: --step copy or move.',
  );
  const run = String(end.documents[0]?.['run']);
  for (const step of ['copy', 'move']) {
    const one = await shell.ucbulk(['undo', run, '--step', step, '--yes', '--json'], { env });
    expect(one.documents).toMatchObject([{ type: 'summary', state: 'finished', exitCode: 0 }]);
  }
  expect(shell.emulator.audit.summary().delete?.changed).toBe(4);
});
